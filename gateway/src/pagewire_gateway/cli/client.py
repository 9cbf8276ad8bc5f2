"""The admin API as commands use it; what goes wrong is one sentence and an exit code."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx
import msgspec

from pagewire.terminal.exits import CommandError, Exit
from pagewire_gateway.admin.exposure import is_loopback

_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)


class AdminClient:
    """Asks a gateway's admin port.

    Args:
        url: such as ``http://127.0.0.1:9090``.
        token: the bearer token, if the port asks for one.
    """

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        # A proxy from the environment is never meant for this machine's own ports.
        proxies = not is_loopback(urlsplit(self.url).hostname or "")
        self._http = httpx.AsyncClient(headers=headers, timeout=_TIMEOUT, trust_env=proxies)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON under a path; parameters that are ``None`` are left out."""
        return await self._ask("GET", path, params={k: v for k, v in params.items() if v is not None})

    async def text(self, path: str) -> str:
        """What is under a path, as it is."""
        try:
            response = await self._http.get(f"{self.url}{path}")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from error
        if response.is_error:
            self._read(response)
        return response.text

    async def post(self, path: str, body: Any) -> Any:
        """The JSON answer to a JSON body."""
        return await self._ask("POST", path, json=body)

    @asynccontextmanager
    async def download(self, path: str) -> AsyncIterator[httpx.Response]:
        """The answer to an empty POST, to be read piece by piece."""
        try:
            async with self._http.stream("POST", f"{self.url}{path}", timeout=None) as response:
                if response.is_error:
                    await response.aread()
                    self._read(response)
                yield response
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    async def _ask(self, method: str, path: str, **what: Any) -> Any:
        try:
            response = await self._http.request(method, f"{self.url}{path}", **what)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from error
        return self._read(response)

    def _read(self, response: httpx.Response) -> Any:
        try:
            value = msgspec.json.decode(response.content)
        except msgspec.DecodeError:
            raise self._stranger(response) from None
        if not response.is_error:
            return value
        error = value.get("error") if isinstance(value, dict) else None
        if not isinstance(error, dict):
            raise self._stranger(response)
        said, hint, reason = (str(error.get(key, "")) for key in ("message", "hint", "code"))
        if reason == "unauthorized" and "authorization" in self._http.headers:
            said = f"The admin port at {self.url} does not know this token"
            hint = "Give one that it knows by PAGEWIRE_ADMIN_TOKEN or --admin-token."
        raise CommandError(said, hint, Exit.NOT_FOUND if response.status_code == 404 else Exit.FAILED, reason)

    def _unreachable(self, error: Exception) -> CommandError:
        why = "does not answer in time" if isinstance(error, httpx.TimeoutException) else "cannot be reached"
        return CommandError(
            f"The gateway's admin port at {self.url} {why}",
            "Start one with `pagewire serve`, or name its port with --admin URL.",
            Exit.UNREACHABLE,
        )

    def _stranger(self, response: httpx.Response) -> CommandError:
        return CommandError(
            f"What answers at {self.url} is not a Pagewire admin port (status {response.status_code})",
            "Name the right one with --admin URL.",
            Exit.UNREACHABLE,
        )
