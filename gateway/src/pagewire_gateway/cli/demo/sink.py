"""A CRM of a few lines: takes the contacts that crm-sync sends, and tells what it got."""

from collections.abc import Callable
from typing import Any

import msgspec

from pagewire_gateway.cli.demo.ports import HOST
from pagewire_gateway.config import Address
from pagewire_gateway.serving import Listener

Contact = dict[str, Any]
"""A CloudEvent whose data is the contact."""


class Sink:
    """The CRM's port.

    Args:
        port: where it listens.
        got: called with every contact.
    """

    def __init__(self, port: int, got: Callable[[Contact], None]) -> None:
        self._got = got
        self._listener = Listener(self, Address(HOST, port), 1.0)

    async def __aenter__(self) -> None:
        await self._listener.start()

    async def __aexit__(self, *_: object) -> None:
        await self._listener.stop()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take one request (ASGI)."""
        body = b""
        more = scope["type"] == "http"
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status = self._take(body)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    def _take(self, body: bytes) -> int:
        try:
            found = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return 400
        for contact in found if isinstance(found, list) else [found]:
            self._got(contact)
        return 202
