"""One HTTP/1.1 connection that is kept: a request goes out whole, and its answer comes in whole."""

import asyncio
import select
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import httptools
import httpx

__all__ = ["Answer", "Connection"]

_LONGEST_HEAD = 65_536


class Answer(NamedTuple):
    """One whole answer, unpacked."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


class Connection(asyncio.Protocol):
    """Takes one request at a time.

    Args:
        longest: bytes of an answer, unpacked, after which it is given up.

    Attributes:
        closed: it cannot be used any more.
        idle_since: when it had nothing more to do, on the loop's clock.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._news: select.poll | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._whole_head = False
        self.closed = False
        self.idle_since = 0.0

    async def ask(self, request: bytes, pause: float | None, total: float | None) -> Answer:
        """Write a request, and read its answer.

        Args:
            request: the whole of it.
            pause: seconds between two pieces of the answer.
            total: seconds until the end of the answer.

        Raises:
            httpx.TransportError: there is no answer; the request may have arrived all the same.
        """
        if self.closed:
            raise httpx.RemoteProtocolError("The connection was closed without a whole answer.")
        self._answer = self._loop.create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._size = 0
        self._whole_head = False
        self._heard = now = self._loop.time()
        self._pause, self._end = pause, None if total is None else now + total
        self._await_more(now)
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None
            if self._timer is not None:
                self._timer.cancel()

    def has_news(self) -> bool:
        """Whether something came that the loop has not read yet; for an idle connection mostly its end."""
        return self._news is None or bool(self._news.poll(0))

    def close(self) -> None:
        """Close it at once."""
        self.closed = True
        self._transport.abort()

    # Time --------------------------------------------------------------------------------------------------------

    def _await_more(self, now: float) -> None:
        end = self._end
        if self._pause and (end is None or self._heard + self._pause < end):
            end = self._heard + self._pause
        self._timer = None if end is None else self._loop.call_later(max(0.0, end - now), self._look)

    def _look(self) -> None:
        # Pieces of the answer move the end; the timer stays where it was, and looks again.
        now = self._loop.time()
        late = self._pause is not None and now >= self._heard + self._pause
        if late or (self._end is not None and now >= self._end):
            self._fail(httpx.ReadTimeout("No answer in time."))
        else:
            self._await_more(now)

    # What the loop tells -----------------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """It stands."""
        self._transport = transport
        socket = transport.get_extra_info("socket")
        if hasattr(select, "poll") and socket is not None:
            self._news = select.poll()
            self._news.register(socket.fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """A piece of the answer, or something nobody asked for."""
        if self._answer is None or self._answer.done():
            self.close()
            return
        self._heard = self._loop.time()
        self._size += len(data)
        if self._size > self._longest + _LONGEST_HEAD:
            self._fail(httpx.RemoteProtocolError("The answer is too long."))
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(httpx.RemoteProtocolError("The answer is not HTTP."))

    def eof_received(self) -> None:
        """The server says nothing more; it is closed in a moment, over TLS not before a few turns of the loop."""
        self.closed = True

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone; an answer that gives no length ends here."""
        self.closed = True
        if self._answer is not None and exc is None and self._whole_head and self._names_no_length():
            self._finish()
        elif exc is None:
            self._fail(httpx.RemoteProtocolError("The connection was closed without a whole answer."))
        else:
            self._fail(httpx.ReadError("The connection was lost."))

    # What the parser tells ---------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """An answer begins, or another one that nobody asked for."""
        self.closed = self.closed or self._answer is None or self._answer.done()
        self._headers, self._body, self._whole_head = [], [], False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._whole_head = True

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole, unless it only announces another one."""
        if self._parser.get_status_code() < 200:
            return
        self.closed = self.closed or not self._parser.should_keep_alive()
        self._finish()

    # The end -----------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        coding = self._header(b"content-encoding")
        if coding and coding != b"identity":
            try:
                body = _unpacked(body, coding, self._longest)
            except zlib.error:
                self._fail(httpx.RemoteProtocolError("The answer's coding is not what it says."))
                return
        if len(body) > self._longest:
            self._fail(httpx.RemoteProtocolError("The answer is too long."))
        elif self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), self._headers, body))

    def _fail(self, error: httpx.TransportError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _names_no_length(self) -> bool:
        return not self._header(b"content-length") and not self._header(b"transfer-encoding")

    def _header(self, wanted: bytes) -> bytes:
        for name, value in self._headers:
            if name.lower() == wanted:
                return value.strip().lower()
        return b""


def _unpacked(body: bytes, coding: bytes, longest: int) -> bytes:
    """Unpack what came packed although nobody asked for it; no more than one byte beyond what may be.

    Raises:
        zlib.error: it is not packed that way, or in a way that is not known here.
    """
    if coding not in {b"gzip", b"x-gzip", b"deflate"}:
        raise zlib.error(f"unknown coding {coding!r}")
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
    found = unpacking.decompress(body, longest + 1)
    if not unpacking.eof and len(found) <= longest:
        raise zlib.error("cut off")
    return found
