"""Starts everything the demo needs, in order, and takes it down in the reverse one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from pagewire.terminal.exits import CommandError
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.demo import overlay
from pagewire_gateway.cli.demo.children import Child, running
from pagewire_gateway.cli.demo.ports import HOST, Ports, url
from pagewire_gateway.cli.demo.scale import Scaled
from pagewire_gateway.cli.demo.sink import Sink
from pagewire_gateway.cli.demo.transcript import Transcript
from pagewire_gateway.cli.demo.watch import Watch

START: Final = 60.0
"""Seconds a part has to come up."""
_POLL: Final = 0.05


class Stage(Struct, frozen=True):
    """A running demo.

    Attributes:
        watch: what happens on it.
        meta: the simulator's control API.
        accounts: object to account id.
        children: the processes.
        working: those of them that only work, if there are any.
        looking: the task behind `watch`.
    """

    watch: Watch
    meta: AdminClient
    accounts: dict[str, str]
    children: tuple[Child, ...]
    working: tuple[Child, ...]
    looking: asyncio.Task[None]

    def check(self) -> None:
        """Complain if a process has ended or cannot be watched any more.

        Raises:
            CommandError: with its last words.
        """
        for child in self.children:
            child.check()
        if self.looking.done():
            self.looking.result()


@asynccontextmanager
async def staged(
    documents: list[overlay.Document], ports: Ports, folder: Path, told: Transcript, *, scale: bool = False
) -> AsyncIterator[Stage]:
    """Everything, for as long as the block lasts.

    Args:
        documents: the manifests.
        ports: where each part listens.
        folder: an empty folder for manifests, journal and logs of this run.
        told: where it is shown.
        scale: the gateway is several processes on NATS.
    """
    manifests = folder / "manifests"
    overlay.write(documents, manifests, f"{url(ports.crm)}/contacts")
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(AdminClient(url(ports.admin), None))
        meta = await stack.enter_async_context(AdminClient(url(ports.simulator), None))
        watch = Watch(gateway, meta, told)
        await stack.enter_async_context(Sink(ports.crm, watch.contact))
        told.station("CRM", "started", url(ports.crm))
        simulator = await stack.enter_async_context(
            running("simulator", _simulate(manifests, ports), folder / "simulator.log")
        )
        await _up(simulator, meta, "/_control/state")
        told.station("Meta", "started", f"played on {url(ports.simulator)}")
        gateways, working = await (_several if scale else _one)(stack, manifests, folder, ports, watch)
        await _up(gateways[0], gateway, "/readyz")
        if working:
            await _up(working[0], gateway, "/api/v1/stats")
            told.station("Gateway", "started", f"{len(gateways)} take webhooks, {len(working)} work, journal on NATS")
        told.station("Gateway", "started", f"webhooks on {url(ports.public)}, admin on {url(ports.admin)}")
        looking = asyncio.create_task(watch.run())
        try:
            children = (simulator, *gateways, *working)
            yield Stage(watch, meta, overlay.accounts(documents), children, working, looking)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError, CommandError):
                await looking


Children = tuple[Child, ...]


async def _one(
    stack: AsyncExitStack, manifests: Path, folder: Path, ports: Ports, watch: Watch
) -> tuple[Children, Children]:
    command, log = _serve(manifests, folder / "data", ports), folder / "gateway.log"
    child = running("gateway", command, log, environment=_graph(ports), hear=watch.line)
    return (await stack.enter_async_context(child),), ()


async def _several(
    stack: AsyncExitStack, manifests: Path, folder: Path, ports: Ports, watch: Watch
) -> tuple[Children, Children]:
    scaled = Scaled(manifests, folder, ports, _graph(ports), watch.line)
    await scaled.start(stack)
    return tuple(scaled.serving), tuple(scaled.working)


def _simulate(manifests: Path, ports: Ports) -> list[str]:
    where = ["--host", HOST, "--port", str(ports.simulator), "--webhook-base", url(ports.public)]
    return ["simulate", "--manifests", str(manifests), *where]


def _serve(manifests: Path, data: Path, ports: Ports) -> list[str]:
    where = ["--public", f"{HOST}:{ports.public}", "--admin", f"{HOST}:{ports.admin}"]
    return ["serve", "--manifests", str(manifests), "--data", str(data), *where]


def _graph(ports: Ports) -> dict[str, str]:
    base = url(ports.simulator)
    loopback = {"PAGEWIRE_PRIVATE_ADDRESSES": "127.0.0.0/8"}  # where the CRM of the demo is
    return {**loopback, "PAGEWIRE_GRAPH_URL": base, "PAGEWIRE_INSTAGRAM_GRAPH_URL": f"{base}/instagram"}


async def _up(child: Child, client: AdminClient, path: str) -> None:
    """Wait until a part answers."""
    try:
        async with asyncio.timeout(START):
            while not await _answers(client, path):
                child.check()
                await asyncio.sleep(_POLL)
    except TimeoutError:
        child.check()
        raise CommandError(
            f"The {child.name} did not come up within {START:g} s", "Try again on a quieter machine."
        ) from None


async def _answers(client: AdminClient, path: str) -> bool:
    try:
        await client.get(path)
    except CommandError:
        return False
    return True
