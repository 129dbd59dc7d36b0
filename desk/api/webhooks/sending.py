"""One try: a signed POST to an address that was looked up and found harmless; nothing of the answer is kept."""

import asyncio
import ssl
import time
from functools import cache

import httpx

from desk import clock
from desk.api.webhooks import guard, signing
from desk.api.webhooks.deliveries import Job, Outcome
from desk.api.webhooks.errors import BadAddress, ForbiddenAddress

TIMEOUT = 10.0  # seconds for everything together
MOST_ANSWER = 64 * 1024  # bytes


class AnswerTooBig(Exception):
    """The receiver says more than anybody has to."""


def new_client() -> httpx.AsyncClient:
    """Return a client that takes nothing from the environment: a proxy set there would look names up for us.

    Connections are not kept: one that was opened to an address under one name must not serve another name there.
    """
    alone = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(verify=_trust(), trust_env=False, follow_redirects=False, timeout=TIMEOUT, limits=alone)


@cache
def _trust() -> ssl.SSLContext:
    """Return the certificates that are believed; reading them takes a while."""
    return httpx.create_ssl_context(trust_env=False)


async def send(client: httpx.AsyncClient, job: Job, *, private: bool, timeout: float = TIMEOUT) -> Outcome:
    """Try once and tell what came of it; only an answer with a 2xx status, received whole, is a delivery.

    Args:
        private: whether addresses inside the network may be called.
        timeout: seconds, from the look-up to the answer's last byte.
    """
    began = time.monotonic()
    status: int | None = None
    error = ""
    try:
        async with asyncio.timeout(timeout):
            status = await _post(client, job, private)
    except (TimeoutError, httpx.TimeoutException):
        error = "timeout"
    except (ForbiddenAddress, BadAddress):
        error = "forbidden"
    except AnswerTooBig:
        error = "too_big"
    except httpx.ConnectError:
        error = "connect"
    except (httpx.HTTPError, httpx.InvalidURL):
        error = "closed"
    except (OSError, UnicodeError):  # the look-up
        error = "unknown_host"
    if status is not None and not 200 <= status < 300:
        error = "redirect" if 300 <= status < 400 else "status"
    return Outcome(status, error, round((time.monotonic() - began) * 1000))


async def _post(client: httpx.AsyncClient, job: Job, private: bool) -> int:
    address = await asyncio.to_thread(guard.resolved, job.url, private=private)
    url, body = httpx.URL(job.url), job.body.encode()
    headers = {
        "Host": url.netloc.decode(),
        "Content-Type": "application/json",
        "User-Agent": "Kamidesk-Webhooks/1",
        signing.EVENT_HEADER: job.event_id,
        signing.HEADER: signing.header(job.secret, int(clock.now().timestamp()), body),
    }
    # The address that was checked is the one that is called; the certificate must still be the name's.
    pinned = url.copy_with(host=address)
    request = client.build_request("POST", pinned, content=body, headers=headers, extensions={"sni_hostname": url.host})
    answer = await client.send(request, stream=True)
    try:
        size = 0
        async for piece in answer.aiter_raw():
            size += len(piece)
            if size > MOST_ANSWER:
                raise AnswerTooBig
    finally:
        await answer.aclose()
    return answer.status_code
