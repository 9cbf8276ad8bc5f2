"""What a program says to a server, byte by byte."""

import asyncio

from tests.kube.relay import Relay


class Overheard(Relay):
    """A relay to a server without TLS, that remembers what it carried."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.said = bytearray()

    @property
    def url(self) -> str:
        """To be used in the place of the server's."""
        return super().url.replace("https://", "http://")

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65536):
                self.said += piece
                sink.write(piece)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()
