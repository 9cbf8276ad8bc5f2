"""Raw bytes at a real public port: heads, lengths, chunks and bodies, bent and torn. Nothing but refusals, and the port lives."""

import asyncio
import random
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic

from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, create_public_app
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from tests.fuzz.targets import NOW, bodies
from tests.pagewire_gateway import making

PATH = "/webhooks/support/acme"
_BESIDE = 50
"""Connections at the same time: few enough that nobody is turned away."""
_ROUND = 300
"""Requests after which a good delivery has to be taken."""
_PIECES = (
    b"\r\n", b"\r\n\r\n", b"\x00", b"\xff", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"%2e%2e/", b"HTTP/1.0",
    b"Expect: 100-continue\r\n", b"Upgrade: websocket\r\n",
    b"Connection: upgrade\r\n", b"ffffffffffff\r\n", b": ", b"POST ", b" " * 300,
)  # fmt: skip


def whole(chance: random.Random) -> bytes:
    """A good request, signed or not."""
    body = chance.choice(bodies())
    headers = making.signed(body, making.SECRET if chance.random() < 0.5 else "wrong")
    lines = [
        f"POST {PATH} HTTP/1.1",
        "Host: x",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def bent(chance: random.Random) -> bytes:
    """The same with some of it cut, doubled, or put in."""
    found = whole(chance)
    for _ in range(chance.randint(0, 4)):
        at, end = sorted(chance.sample(range(len(found) + 1), 2))
        found = chance.choice(
            [
                found[:at] + found[end:],
                found[:end] + found[at:],
                found[:at] + chance.choice(_PIECES) + found[at:],
                found[:end],
            ]
        )
    return found


async def play(seconds: float, seed: int, most: int = 1_000_000_000) -> int:
    """Send requests for a while; how many.

    Raises:
        AssertionError: an answer is a server's error, or a good delivery is no longer taken.
    """
    chance, count = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        async with _Port(Path(folder)) as port:
            end = monotonic() + seconds
            while monotonic() < end and count < most:
                # Many wait for the rest of a request that never comes; they wait beside each other.
                some = [bent(chance) for _ in range(min(_ROUND, most - count))]
                await asyncio.gather(
                    *(port.take(f"seed {seed}, number {count + at}", one) for at, one in enumerate(some))
                )
                count += len(some)
                await port.lives()
    return count


class _Port:
    def __init__(self, folder: Path) -> None:
        self._beside = asyncio.Semaphore(_BESIDE)
        self._journal = SqliteJournal(folder / "journal.db")
        self._registry = ManifestRegistry(making.write(folder / "manifests", making.page_manifest()))

    async def __aenter__(self) -> "_Port":
        await self._journal.start()
        await self._registry.start()
        ingress = Ingress(self._registry, self._journal, IngressLimits(read_timeout=0.2), lambda: NOW)
        self._listener = Listener(create_public_app(ingress), Address("127.0.0.1", 0), 1)
        await self._listener.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listener.stop()
        await self._registry.aclose()
        await self._journal.aclose()

    async def take(self, which: str, sent: bytes) -> None:
        async with self._beside:
            status = (await self.ask(sent)).partition(b" ")[2][:3]
        assert not status.startswith(b"5"), f"{which}: {status!r} for {sent[:2000]!r}"

    async def ask(self, sent: bytes, patience: float = 0.4) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._listener.port)
        answer = b""
        with suppress(ConnectionError, TimeoutError):
            writer.write(sent)
            answer = await asyncio.wait_for(reader.read(65_536), patience)
        writer.close()
        return answer

    async def lives(self) -> None:
        body = making.body(making.message())
        lines = [f"POST {PATH} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in making.signed(body).items())]).encode()
        assert (await self.ask(head + b"\r\n\r\n" + body, 10)).startswith(b"HTTP/1.1 200"), (
            "a good delivery is not taken any more"
        )
