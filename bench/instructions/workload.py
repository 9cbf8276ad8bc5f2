"""A fixed piece of work, all in one process: signed webhooks, journal, three plugins, replies to a Send API.

In each turn `BURST` people write at once, and the next turn begins when nothing is on its way any more. So as little as
possible depends on how fast the machine is.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.bodies import request_bytes
from bench.end_to_end import manifests
from bench.stub import Stub
from pagewire_gateway.app import Gateway
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Address, Settings
from pagewire_gateway.sharing_time import hand_over_sooner
from pagewire_gateway.telemetry import metrics

BURST = 32
"""Webhooks at once; each event has three hook calls and one reply."""
WARM = 5
"""Turns before those that count: everybody has written twice then."""


class Client(asyncio.Protocol):
    """One connection that sends a request a turn."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def send(self, request: bytes) -> None:
        self.answered.clear()
        self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        assert data.startswith(b"HTTP/1.1 200"), data
        self.answered.set()


class Work:
    """The gateway and those around it.

    Args:
        gateway: it runs.
        clients: a connection each.
        requests: all that will be sent, made beforehand.
    """

    def __init__(self, gateway: Gateway, clients: list[Client], requests: list[bytes]) -> None:
        self._workers = gateway.dispatcher.workers
        self._clients = clients
        self._requests = requests

    async def turn(self) -> None:
        """Everybody writes once, and all that follows from it is over."""
        sends = Stub.sends + len(self._clients)
        for client in self._clients:
            client.send(self._requests.pop())
        for client in self._clients:
            await client.answered.wait()
        while Stub.sends < sends or not _over():
            await asyncio.sleep(0.05)
            assert not any(metrics.refusals.values), "a reply was not sent"
            assert not any(worker.failed for worker in self._workers.values()), "a plugin failed"


def _over() -> bool:
    return not any(value for gauge in (metrics.outbox_waiting, metrics.backlog) for _, value in gauge.read())


def settings(folder: Path, stub: int) -> Settings:
    """Those of a gateway that no limit of Meta's holds back."""
    found = Settings(
        manifests=folder / "manifests",
        data=folder / "data",
        public=Address("127.0.0.1", 0),
        admin=Address("127.0.0.1", 0),
        graph_url=f"http://127.0.0.1:{stub}",
    )
    limits = msgspec.structs.replace(
        found.outbox.limits, rate=1000.0, burst=1000.0, thread_rate=1000.0, thread_burst=1000.0
    )
    # Counting makes all of it slow, and looking for who keeps the loop would count as well.
    dispatch = msgspec.structs.replace(found.dispatch, loop_patience=3600.0)
    outbox = msgspec.structs.replace(found.outbox, limits=limits)
    return msgspec.structs.replace(found, outbox=outbox, dispatch=dispatch)


async def run(turns: int, rounds: int, count: Callable[[bool], None]) -> int:
    """Do so many rounds of so many turns; `count` hears when each of them begins and ends.

    Returns:
        Events of one round.
    """
    loop = asyncio.get_running_loop()
    stub = await loop.create_server(Stub, "127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = stub.sockets[0].getsockname()[1]
        manifests(folder, port)
        (folder / "data").mkdir()
        async with Gateway(settings(folder, port)) as gateway:
            collect_garbage_rarely()
            hand_over_sooner()
            clients = [
                (await loop.create_connection(Client, "127.0.0.1", gateway.public_port))[1] for _ in range(BURST)
            ]
            work = Work(gateway, clients, _requests(turns * rounds + WARM))
            await _do(work, WARM)
            for _ in range(rounds):
                count(True)
                await _do(work, turns)
                count(False)
            for client in clients:
                client.transport.close()
    stub.close()
    return turns * BURST


def _requests(turns: int) -> list[bytes]:
    """The first one last: they are taken from the end, and must not tell of an ever earlier past."""
    return [request_bytes(number) for number in range(BURST * turns)][::-1]


async def _do(work: Work, turns: int) -> None:
    for _ in range(turns):
        await work.turn()
