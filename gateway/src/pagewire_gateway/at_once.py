"""Whole answers in one step: an ASGI extension between our listener and our hot route.

uvicorn checks each header of each answer with two regular expressions and writes head and body apart, which costs more than
checking a signature. The answers of the public port are made once, at import, so there is nothing left to check.
"""

from collections.abc import Callable
from typing import Any, Final
from weakref import ref

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from pagewire_gateway.joining import JoinedWrites

EXTENSION: Final = "pagewire.at_once"
"""Its name in ``scope["extensions"]``; what stands there is a `Write`."""

Write = Callable[[bytes, bytes], bool]
"""Writes status line and all that follows it; ``False`` where the answer has to go uvicorn's way, and nothing was written."""


class AtOnce:
    """The extension for one request.

    Args:
        protocol: its connection.
        cycle: uvicorn's account of request and answer. It holds the scope that holds this; were it held here, each request
            would be garbage that only a search for cycles finds, and such a search stops everything for tens of milliseconds.
    """

    __slots__ = ("_cycle", "_protocol")

    def __init__(self, protocol: HttpToolsProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol = protocol
        self._cycle = ref(cycle)

    def __call__(self, status_line: bytes, rest: bytes) -> bool:
        """See `Write`."""
        cycle, protocol = self._cycle(), self._protocol
        # Whatever is not ordinary is uvicorn's.
        if (
            cycle is None
            or cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or protocol.flow.write_paused
        ):
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        write(protocol.transport, cycle.default_headers, status_line, rest)
        cycle.message_event.set()
        cycle.on_response()
        return True


def write(transport: Any, headers: list[tuple[bytes, bytes]], status_line: bytes, rest: bytes) -> None:
    """Write a whole answer.

    Args:
        transport: of its connection; our listener's, which joins writes.
        headers: of all answers; uvicorn's own list.
        status_line: with its end, and headers that are for this answer alone.
        rest: its other headers, and its body.
    """
    joined: JoinedWrites = transport
    joined.write_whole(b"".join((status_line, _common.lines(headers), rest)))


class _Common:
    """The headers of all answers as bytes; uvicorn makes a new list of them each second, for the date."""

    def __init__(self) -> None:
        self._of: list[tuple[bytes, bytes]] = []
        self._lines = b""

    def lines(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        if headers is not self._of:
            self._of, self._lines = headers, b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._lines


_common = _Common()
