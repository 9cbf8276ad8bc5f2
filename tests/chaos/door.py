"""One port before several processes, as a Service is before its pods: who comes is led to one that is there."""

import asyncio
import contextlib
from collections.abc import Sequence

_PIECE = 65_536


class Door:
    """Carries connections to the first port of `ports` that takes them.

    Args:
        host: where it is.

    Attributes:
        ports: where to try, in order.
        port: its own.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self.ports: Sequence[int] = ()
        self._open: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def start(self, port: int = 0) -> None:
        """Listen, on a free port unless one is named."""
        self._server = await asyncio.start_server(self._serve, self._host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Cut every connection."""
        self._server.close()
        self.cut()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> None:
        """Cut every connection that is open, and go on with new ones."""
        for task in self._open:
            task.cancel()

    def freeze(self) -> None:
        """Carry nothing any more, and tell nobody, as a network does that is cut: what is sent waits, and may come late."""
        self._flows.clear()

    def thaw(self) -> None:
        """Carry what waits, and what comes."""
        self._flows.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            await self._carry(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the end of a connection, whichever side it comes from
        finally:
            self._open.discard(task)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = await self._somebody()
        if found is None:
            return
        there, back = found
        try:
            await _first_of(_pipe(reader, back, self._flows), _pipe(there, writer, self._flows))
        finally:
            back.close()

    async def _somebody(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for port in self.ports:
            with contextlib.suppress(ConnectionError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


async def _first_of(*pipes: "asyncio.Future[None] | asyncio.Task[None]") -> None:
    try:
        await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pipe in pipes:
            pipe.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)


def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter, flows: asyncio.Event) -> "asyncio.Task[None]":
    async def carry() -> None:
        while piece := await source.read(_PIECE):
            await flows.wait()
            sink.write(piece)
            await sink.drain()

    return asyncio.ensure_future(carry())
