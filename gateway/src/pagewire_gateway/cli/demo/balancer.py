"""One address before several gateways, as a load balancer has it: each connection goes to the next one that takes it."""

import asyncio
import contextlib
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Final, Self

from pagewire_gateway.cli.demo.ports import HOST

_CHUNK: Final = 65_536


class Balancer:
    """The address.

    Args:
        port: where it listens.
        targets: ports of the gateways.
    """

    def __init__(self, port: int, targets: Sequence[int]) -> None:
        self._port, self._count = port, len(targets)
        self._next = cycle(targets)
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, HOST, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in islice(self._next, self._count):
            with contextlib.suppress(OSError):
                inner, outer = await asyncio.open_connection(HOST, port)
                await self._pass(reader, outer, inner, writer)
                return
        writer.close()

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        outer: asyncio.StreamWriter,
        inner: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._open |= {outer, writer}
        try:
            await asyncio.gather(_copy(reader, outer), _copy(inner, writer))
        finally:
            self._open -= {outer, writer}


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while some := await source.read(_CHUNK):
            target.write(some)
            await target.drain()
    except ConnectionError:
        return
    finally:
        target.close()
