"""A stand-in of the desk's widget API with scripted replies and switches for faults, for tests of the widget alone."""

import asyncio
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from mock_shop import WEB, shop, signature
from mock_talk import BUTTONS, Conversation, bot

from desk.web.widget.bundle import script


class Refusal(Exception):
    """An answer other than 2xx."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status, self.body = status, {"error": error, **more}


@dataclass
class Fault:
    """What happens to the next requests of one path."""

    path: str
    status: int
    times: int
    after: bool  # the request is carried out, only its answer is lost
    body: dict[str, Any]


class MockDesk:
    """The API, its state, and the switches. Reads and writes of plain lists: safe enough between two threads."""

    def __init__(self) -> None:
        self.talks: list[Conversation] = []
        self.tokens: dict[str, Conversation] = {}
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.streams = "good"  # or "refused", "silent"
        self.slow_pictures = 0.0  # seconds that an upload takes
        self.shown: list[str] = []  # pictures that were asked for
        self.cuts = 0
        self.resumed: list[int] = []  # the numbers from which streams went on
        self.open_streams = 0
        self.app = self._build()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen."""
        config = uvicorn.Config(self.app, port=self.port, log_level="critical", timeout_graceful_shutdown=0)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait(lambda: self._server is not None and self._server.started)

    def stop(self) -> None:
        """Stop listening; the state stays, `start` goes on with it."""
        assert self._server is not None
        assert self._thread is not None
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()

    def fail(self, path: str, status: int, times: int = 1, after: bool = False, **body: Any) -> None:
        """Let the next `times` requests of a path fail."""
        self.faults.append(Fault(path, status, times, after, body))

    def cut(self) -> None:
        """End all streams."""
        self.cuts += 1

    def talk(self, user: str | None = None) -> Conversation:
        """Return the latest conversation of a user (None: of an anonymous visitor)."""
        return [talk for talk in self.talks if talk.user == user][-1]

    def count(self, path: str) -> int:
        """Say how often a path was asked for."""
        return sum(1 for _, asked in self.requests if asked == path)

    def _of(self, request: Request) -> Conversation:
        assert "token" not in request.url.query
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal(401, "session_invalid", message="会话已失效，正在为您重新连接")
        return self.tokens[token]

    def _session(self, body: dict[str, Any]) -> dict[str, Any]:
        who, old = body["identify"], self.tokens.get(body["token"] or "")
        if who is None:
            talk = old if old and old.user is None else None
        else:
            right = signature(who["id"], who["name"], who["exp"])
            if not hmac.compare_digest(right, who["sig"]):
                raise Refusal(401, "identify_invalid", message="身份校验未通过")
            if who["exp"] < time.time():
                raise Refusal(401, "identify_expired", message="登录状态已过期")
            talk = next((known for known in self.talks if known.user == who["id"]), None)
            if talk is None and old and old.user is None:
                talk, old.user = old, who["id"]
        if talk is None:
            talk = Conversation(who["id"] if who else None)
            self.talks.append(talk)
        token = body["token"] if old is talk and body["token"] else secrets.token_urlsafe(16)
        self.tokens[token] = talk
        visitor = {"name": who["name"] if who else "", "signed_in": who is not None}
        last = len(talk.entries)
        return {
            "token": token,
            "visitor": visitor,
            "state": talk.state,
            "last_seq": last,
            "limits": {"text": 2000},
        }

    def _take(self, talk: Conversation, body: dict[str, Any]) -> dict[str, Any]:
        known = talk.answers.get(body["client_id"])
        if known is None:
            text = body.get("text")
            if "button" in body:
                if body["button"] not in BUTTONS:
                    raise Refusal(422, "unknown_button", message="这个按钮已失效，请直接打字告诉我们")
                text = BUTTONS[body["button"]]
            if text == "被拒":
                raise Refusal(422, "too_long", message="一条消息最多 2000 字，请分几条发送")
            known = talk.add("customer", text, client_id=body["client_id"])
            talk.answers[body["client_id"]] = known
            if talk.state["owner"] == "bot":
                bot(talk, text)
            return {"seq": known["seq"], "id": known["id"], "duplicate": False}
        return {"seq": known["seq"], "id": known["id"], "duplicate": True}

    def _rate(self, talk: Conversation, body: dict[str, Any]) -> dict[str, Any]:
        entry = next(e for e in talk.entries if e.get("rating", {}).get("rating_id") == body["rating_id"])
        if entry["rating"]["stars"]:
            raise Refusal(409, "already_rated", message="您已经评价过了")
        entry["rating"]["stars"] = body["stars"]
        talk.ratings.append(body)
        return {"ok": True}

    async def _stream(self, talk: Conversation, after: int) -> AsyncIterator[str]:
        cuts, state, heard = self.cuts, None, len(talk.signals)
        self.open_streams += 1
        try:
            while self.streams == "silent":
                await asyncio.sleep(0.02)
            yield ": hello\n\n"
            while cuts == self.cuts:
                for entry in talk.entries[after:]:
                    after = entry["seq"]
                    yield f"id: {after}\nevent: entry\ndata: {json.dumps(entry)}\n\n"
                for event, data in talk.signals[heard:]:
                    yield f"event: {event}\ndata: {json.dumps(data)}\n\n"
                heard = len(talk.signals)
                if talk.state != state:
                    state = talk.state
                    yield f"event: state\ndata: {json.dumps(state)}\n\n"
                await asyncio.sleep(0.02)
        finally:
            self.open_streams -= 1

    async def _picture(self, talk: Conversation, path: str, request: Request) -> Response:
        """Take a picture, or show one."""
        if request.method == "GET":
            _, picture_id, *small = path.split("/")
            if picture_id not in talk.pictures:
                raise Refusal(404, "no_picture", message="图片已过期删除，或者不存在")
            self.shown.append("/".join([picture_id, *small]))
            return Response(talk.pictures[picture_id], media_type="image/png")
        data, client_id = await request.body(), request.query_params["client_id"]
        assert request.headers["content-type"].startswith("image/")
        if self.slow_pictures:
            await asyncio.sleep(self.slow_pictures)
        known = talk.answers.get(client_id)
        if known is None:
            picture_id = f"p_{len(talk.pictures) + 1}"
            talk.pictures[picture_id] = data
            shown = {"id": picture_id, "width": 60, "height": 40}
            known = talk.answers[client_id] = talk.add("customer", kind="picture", picture=shown, client_id=client_id)
            if talk.state["owner"] == "bot":
                talk.add("bot", "图片收到了")
        return JSONResponse({"seq": known["seq"], "id": known["id"], "duplicate": False}, 202)

    async def _api(self, path: str, request: Request) -> Response:
        if path.partition("/")[0] == "pictures":
            return await self._picture(self._of(request), path, request)
        body = await request.json() if request.method == "POST" else {}
        if path == "session":
            return JSONResponse(self._session(body))
        talk = self._of(request)
        query = request.query_params
        if path == "history":
            before, limit = int(query.get("before", 1 << 30)), int(query["limit"])
            found = [entry for entry in talk.entries if entry["seq"] < before]
            return JSONResponse({"entries": found[-limit:], "more": len(found) > limit})
        if path == "messages":
            return JSONResponse(self._take(talk, body), 202)
        if path == "rating":
            return JSONResponse(self._rate(talk, body))
        if path == "events":
            if self.streams == "refused":
                raise Refusal(502, "bad_gateway")
            self.resumed.append(int(query["after"]))
            return StreamingResponse(self._stream(talk, self.resumed[-1]), media_type="text/event-stream")
        if path == "poll":
            after, ends = int(query["after"]), time.monotonic() + 1
            while len(talk.entries) <= after and time.monotonic() < ends:
                await asyncio.sleep(0.02)
            return JSONResponse({"entries": talk.entries[after:], "state": talk.state})
        if path == "read":
            talk.read = body["seq"]
        elif path == "typing":
            talk.typed += 1
        return Response(status_code=204)

    def _build(self) -> FastAPI:
        app = FastAPI()
        app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        app.mount("/static", StaticFiles(directory=WEB / "static"))
        app.include_router(shop)

        @app.get("/widget/v1.js")
        def widget() -> Response:
            self.requests.append(("GET", "v1.js"))
            return Response(script().body, media_type="text/javascript")

        @app.api_route("/widget/v1/{path:path}", methods=["GET", "POST"])
        async def api(path: str, request: Request) -> Response:
            self.requests.append((request.method, path))
            fault = next((fault for fault in self.faults if fault.path == path and fault.times), None)
            if fault:
                fault.times -= 1
                if fault.after:
                    await self._api(path, request)
                return JSONResponse({"error": "fault", **fault.body}, fault.status)
            try:
                return await self._api(path, request)
            except Refusal as refusal:
                return JSONResponse(refusal.body, refusal.status)

        return app


def wait(true: Callable[[], Any], patience: float = 20) -> Any:
    """Wait until something holds; fail when it never does."""
    ends = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.02)
    return found
