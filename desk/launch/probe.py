"""Asks programs how they are."""

import httpx


class Probe:
    """An HTTP client for health pages on this machine; past every proxy, with a new connection each time."""

    def __init__(self, timeout: float) -> None:
        self._client = httpx.AsyncClient(
            timeout=timeout, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def status(self, url: str) -> int | None:
        """Return the HTTP status of a page, or None when no answer came in time."""
        answer = await self.get(url)
        return answer.status_code if answer else None

    async def get(self, url: str) -> httpx.Response | None:
        """Return a page, or None when no answer came in time."""
        try:
            return await self._client.get(url)
        except httpx.HTTPError:
            return None

    async def close(self) -> None:
        """Close the client."""
        await self._client.aclose()
