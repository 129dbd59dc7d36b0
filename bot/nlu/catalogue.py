"""The shop's live catalogue, so that a new product is understood without training anything.

A thread asks the desk now and then; what it answered last stays valid while the desk is away.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import Any, Callable, Sequence

import requests

from bot.nlu.products import Name

logger = logging.getLogger(__name__)

PATH = "/internal/v1/catalogue"
PAUSE = 30.0  # seconds between two questions
TIMEOUT = 3.0  # seconds


class BadCatalogue(ValueError):
    """The desk's answer is no catalogue."""


class Catalogue:
    """Watches the catalogue.

    Args:
        url: The desk's, without a path.
        token: The secret shared with the desk.
        changed: Called from the watching thread with the products, at first and after each change.
        pause: Seconds between two questions.
    """

    def __init__(self, url: str, token: str, changed: Callable[[list[Name]], None], pause: float = PAUSE) -> None:
        self._url, self._changed, self._pause = url.rstrip("/") + PATH, changed, pause
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tag = ""
        self._away = False
        self._stop = threading.Event()

    def watch(self) -> None:
        """Starts the thread; it ends with the process."""
        threading.Thread(target=self._run, name="catalogue", daemon=True).start()

    def stop(self) -> None:
        """Ends the thread after its present question."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.ask()
            self._stop.wait(self._pause)

    def ask(self) -> bool:
        """Asks once.

        Returns:
            Whether the catalogue was new.
        """
        session = requests.Session()
        session.trust_env = False  # the desk is on loopback; a proxy of the environment is not for it
        try:
            headers = {**self._headers, **({"If-None-Match": self._tag} if self._tag else {})}
            reply = session.get(self._url, headers=headers, timeout=TIMEOUT, allow_redirects=False)
            if reply.status_code == 304:
                return False
            if reply.status_code != 200:
                raise BadCatalogue(f"status {reply.status_code}")
            names = _names(reply.json())
        except (requests.RequestException, ValueError) as error:
            if not self._away:  # once, not each half minute
                logger.warning("No catalogue from the desk (%s): the known product names stay.", type(error).__name__)
            self._away = True
            return False
        finally:
            session.close()
        self._away = False
        self._tag = reply.headers.get("ETag", "")
        self._changed(names)
        return True


def of_environment(changed: Callable[[list[Name]], None]) -> Catalogue | None:
    """Returns the catalogue of the desk named by KAMIDESK_DESK_URL; None in `rasa shell` and tests without one."""
    url, token = os.environ.get("KAMIDESK_DESK_URL", ""), os.environ.get("KAMIDESK_BOT_TOKEN", "")
    return Catalogue(url, token, changed) if url and token else None


def _names(body: Any) -> list[Name]:
    products: Sequence[Any] = body.get("products") if isinstance(body, dict) else None
    if not isinstance(products, list):
        raise BadCatalogue("no list of products")
    try:
        return [Name(str(p["name"]), tuple(map(str, p["ids"])), tuple(map(str, p["said"]))) for p in products]
    except (KeyError, TypeError) as error:
        raise BadCatalogue("a product lacks name, ids or said") from error
