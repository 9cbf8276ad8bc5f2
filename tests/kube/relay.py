"""A way to the API server on which connections can go dead, as behind a router that forgot them."""

import asyncio
from typing import Self
from urllib.parse import urlsplit


class Relay:
    """Carries bytes between its own port and a server; a context manager.

    Args:
        target: URL of the server.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self._frozen: set[asyncio.Task[None]] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """To be used in the place of the server's."""
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def freeze(self) -> None:
        """Connections that are open carry nothing any more, and nobody is told; new ones do."""
        self._frozen |= self._carrying

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at = urlsplit(self.target)
        there, back = await asyncio.open_connection(at.hostname, at.port)
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._carrying.add(task)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65536):
                if asyncio.current_task() in self._frozen:
                    continue
                sink.write(piece)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()
