"""Head and body of an answer in one write: each write is a system call, a packet, and a wake-up of whoever reads."""

from asyncio import AbstractEventLoop, Transport
from typing import Any

_LARGE = 16_384
"""Bytes that go at once, so that the transport can say when it has enough."""


class JoinedWrites:
    """A transport that gathers what is written in one turn of the event loop.

    Args:
        transport: the real one; all but writing and closing is left to it.
        loop: says when the turn is over.
    """

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self.is_closing = transport.is_closing
        self._soon = loop.call_soon
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write at the end of this turn."""
        if not self._parts:
            self._soon(self._flush)
        self._parts.append(data)
        if len(data) >= _LARGE:
            self._flush()

    def write_whole(self, data: bytes) -> None:
        """Write what there is nothing to join with: at once, unless something is before it."""
        if self._parts:
            self.write(data)
        elif not self.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Write what is left, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            if not self._transport.is_closing():
                self._transport.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
