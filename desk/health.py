"""Health: whether bot, actions and database really work, not merely whether something listens."""

import asyncio
from typing import Any

import httpx
from sqlalchemy import text

from desk.services import Desk

_TIMEOUT = 2.0
# An action without which no case can be handled: an action server that does not know it has not loaded.
_SIGN_OF_LIFE = "action_case"


async def check(desk: Desk) -> dict[str, Any]:
    """Return the state of each part: `{"status": "ok"|"degraded", "parts": {name: {"ok", "detail"}}}`."""
    async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as http:
        bot, actions, database = await asyncio.gather(
            _bot(http, desk.settings.bot_url),
            _actions(http, desk.settings.actions_url),
            asyncio.to_thread(_database, desk),
        )
    parts = {"bot": bot, "actions": actions, "database": database}
    well = all(part["ok"] for part in parts.values())
    # A bad edit leaves the old policy in force: worth knowing, no reason to take the desk out of service.
    desk.policies.look()
    faults = desk.policies.faults
    parts["policies"] = {"ok": not faults, "detail": "；".join(map(str, faults))}
    return {"status": "ok" if well else "degraded", "parts": parts}


async def _bot(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    try:
        response = await http.get(f"{url}/webhooks/desk/")
        return {"ok": response.status_code == 200, "detail": str(response.json().get("model", ""))[:100]}
    except (httpx.HTTPError, ValueError, AttributeError) as problem:
        return {"ok": False, "detail": type(problem).__name__}


async def _actions(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    try:
        known = [action["name"] for action in (await http.get(f"{url}/actions")).json()]
        return {"ok": _SIGN_OF_LIFE in known, "detail": f"{len(known)} actions"}
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        return {"ok": False, "detail": type(problem).__name__}


def _database(desk: Desk) -> dict[str, Any]:
    try:
        with desk.database.write() as session:
            session.execute(text("SELECT 1 FROM conversations LIMIT 1"))
        return {"ok": True, "detail": desk.database.engine.dialect.name}
    except Exception as problem:  # whatever is wrong with it, that is the news
        return {"ok": False, "detail": type(problem).__name__}
