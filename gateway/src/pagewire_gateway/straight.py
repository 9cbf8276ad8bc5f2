"""Deliveries that came whole, from the bytes to the journal without ASGI: no scope that anybody reads, no task, no framework.

What is not ordinary goes the way of all other requests: a body in several pieces, a request before the last one is answered,
an expectation, a query, HTTP/1.0, whoever does not read answers. Decision 0035 tells what it saves.
"""

from asyncio import TimerHandle
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Protocol, cast

from pagewire_gateway import at_once
from pagewire_gateway.ingress.answers import Answer
from pagewire_gateway.patience import PatientProtocol

_PREFIX: Final = b"/webhooks/"
_CLOSE: Final = b"connection: close\r\n"


class Webhooks(Protocol):
    """Takes deliveries."""

    def take(
        self, path: str, headers: Sequence[tuple[bytes, bytes]], body: bytes, answered: Callable[[Answer], None]
    ) -> None:
        """Take a POST, and tell its answer: now, or once its events are durable."""


class _Pending:
    """What uvicorn asks of a request that is being answered."""

    def __init__(self) -> None:
        self.response_complete = self.disconnected = self.more_body = False
        self.keep_alive = True

    @property
    def message_event(self) -> "_Pending":
        """Nobody waits for its body."""
        return self

    def set(self) -> None:
        """Nobody waits."""


class StraightProtocol(PatientProtocol):
    """Hands deliveries that came whole to `webhooks`, if there are any."""

    webhooks: Webhooks | None = None
    _held = False
    """The head of a delivery is here, and its body may be in the same piece."""
    _pieces: list[bytes]
    _idle_since: float | None = None
    """Since when there is nothing to do here after a delivery that went straight."""
    _idle_timer: TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take data; a delivery that is not whole then goes the way of all requests."""
        self._idle_since = None
        super().data_received(data)
        if self._held and not self.transport.is_closing():
            self._held = False
            self._go_usual()
            if self._pieces:
                super().on_body(b"".join(self._pieces))

    def on_message_begin(self) -> None:
        """A head begins. What uvicorn keeps of a request is only made once it is known to go its way."""
        self._head_under_way = True
        self.url, self.expect_100_continue, self.headers = b"", False, []

    def _go_usual(self) -> None:
        url, expects, headers = self.url, self.expect_100_continue, self.headers
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers  # the scope has this very list
        super().on_headers_complete()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if not self._may_go_straight():
            self._go_usual()
            return
        self._head_under_way = False
        self._stop_waiting()
        self._held, self._pieces = True, []

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if self._held:
            self._pieces.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The body is whole."""
        if not self._held or self.webhooks is None:
            super().on_message_complete()
            return
        self._held = False
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces = []
        pending = _Pending()
        self.cycle = cast("Any", pending)
        self.webhooks.take(self.url.decode("ascii"), self.headers, body, partial(self._say, pending))

    def _may_go_straight(self) -> bool:
        parser = self.parser
        return (
            self.webhooks is not None
            and not self.cycle  # nobody is before it
            and parser.get_method() == b"POST"
            and self.url.startswith(_PREFIX)
            and self.url.isascii()
            and b"?" not in self.url
            and b"%" not in self.url
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and len(self.connections) <= self.most
        )

    def _say(self, pending: _Pending, answer: Answer) -> None:
        pending.response_complete = True
        if self.transport.is_closing():
            return
        status_line = answer.status_line
        if not pending.keep_alive and not answer.closes:
            status_line += _CLOSE
        at_once.write(self.transport, self.server_state.default_headers, status_line, answer.rest)
        if answer.closes or not pending.keep_alive:
            self.transport.close()
        if cast("Any", self.cycle) is pending and not self.transport.is_closing():
            self._rest()
        else:
            self.on_response_complete()  # somebody waits for his turn, or nobody comes any more

    def _rest(self) -> None:
        """What uvicorn does after an answer, but for a timer each: the one there is begins anew if it has rung too early."""
        self.server_state.total_requests += 1
        self.cycle, self.headers = None, []  # type: ignore[assignment]
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._look_whether_idle)

    def _look_whether_idle(self) -> None:
        self._idle_timer = None
        if self._idle_since is None:
            return  # The next answer sets it again.
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle_timer = self.loop.call_later(left, self._look_whether_idle)
        else:
            self.timeout_keep_alive_handler()
