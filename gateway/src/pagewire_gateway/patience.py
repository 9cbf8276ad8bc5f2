"""uvicorn's protocol with an end to its patience: heads of requests that drip, never come or never end lose their connection.

Where too many connections are open, requests are turned away.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pagewire_gateway.at_once import EXTENSION, AtOnce
from pagewire_gateway.ingress import answers
from pagewire_gateway.joining import JoinedWrites
from pagewire_gateway.telemetry import metrics

HEAD_SECONDS = 10.0
"""For a connection's first byte and for the whole head of a request. uvicorn itself waits for ever, and each connection
that waits costs a file: a few thousand slow ones would keep Meta out."""


HEAD_BYTES = 64 * 1024
"""Of a head, beyond what came with its beginning. httptools takes any; within ten seconds a fast sender would fill the memory."""


class PatientProtocol(HttpToolsProtocol):
    """Closes a connection whose next request's head is not there in time."""

    head_seconds = HEAD_SECONDS
    most = 4096
    """Connections that may be open. Up to a quarter more are answered 503 and closed, so that whoever comes knows why;
    those beyond are closed at once."""
    _head_timer: TimerHandle | None = None
    _head_under_way = True
    _head_size = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head, unless there are far too many already."""
        super().connection_made(JoinedWrites(transport, self.loop))  # type: ignore[arg-type]
        if len(self.connections) > self.most + max(1, self.most // 4):
            _count()
            transport.abort()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take data; if a head has begun and is not whole, its time runs, and its size counts."""
        begun = self._head_under_way
        super().data_received(data)
        if self._head_under_way:
            self._head_goes_on(len(data) if begun else 0)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._head_under_way = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole; whoever answers may do so at once."""
        self._head_under_way = False
        self._head_size = 0
        self._stop_waiting()
        before = self.cycle
        if len(self.connections) > self.most:
            self.app = _turn_away
        super().on_headers_complete()
        if self.cycle is not before:
            self.scope["extensions"] = {EXTENSION: AtOnce(self, self.cycle)}  # type: ignore[dict-item]

    def on_response_complete(self) -> None:
        """Keep nothing of the request: thousands of connections may be idle after it, or may be gone.

        uvicorn's account of it knows the connection as well, so that both would be left to the search for garbage.
        """
        last = self.cycle
        super().on_response_complete()
        # It may be a later one that waits for its turn, or one that was answered before its body was here.
        if last is not None and last.response_complete and not last.more_body:
            self.cycle, self.scope, self.headers = None, {}, []  # type: ignore[assignment,typeddict-item]

    def _head_goes_on(self, size: int) -> None:
        self._head_size += size
        if self._head_size > HEAD_BYTES:
            self._stop_waiting()
            self._give_up()
        elif self._head_timer is None:
            self._await_head()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()


async def _turn_away(scope: Any, _receive: Any, send: Any) -> None:
    _count()
    await answers.TOO_MANY.send(scope, send)


def _count() -> None:
    metrics.deliveries.add("", answers.TOO_MANY.outcome)
