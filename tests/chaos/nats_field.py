"""A running system past one machine: NATS, processes that take webhooks, processes that work."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from pagewire.simulator import Clock, Simulator, unlimited
from pagewire_gateway.journal.jetstream import Deployment, Layout
from pagewire_gateway.shared.connection import Nats
from tests.chaos.books import Found, read
from tests.chaos.disk import SmallDisk
from tests.chaos.door import Door
from tests.chaos.field import INSTALLED
from tests.chaos.ledger import Number
from tests.chaos.namespace import Enclosed, Namespace
from tests.chaos.scenario import Scenario
from tests.nats.servers import NatsCluster, Server, running_cluster, running_server
from tests.pagewire_gateway import making
from tests.whole.crowd import PARTITIONS, Crowd, Process
from tests.whole.system import world

_MAX_BYTES = 16 << 20
_PREFIX = "pagewire"
_TRIES = 5
_REACHED = 90
"""Seconds within which a process comes to the step it dies at."""


class NatsField(Crowd):
    """Two processes that take webhooks and two that work.

    Args:
        folder: of this run.
        nats: one server, or three.
        environment: of every process.
        disk: on which the server keeps its files, if it can be filled.
    """

    def __init__(
        self, folder: Path, nats: Server | NatsCluster, environment: dict[str, str], disk: SmallDisk | None = None
    ) -> None:
        self.partitions = 3 if isinstance(nats, NatsCluster) else PARTITIONS
        own = {
            "PAGEWIRE_PARTITIONS": str(self.partitions),
            "PYTHONPATH": str(INSTALLED),
            "PAGEWIRE_LEASE_TTL": "4",
            "PAGEWIRE_NATS_MAX_BYTES": str(_MAX_BYTES),
            "PAGEWIRE_NATS_REPLICAS": "3" if isinstance(nats, NatsCluster) else "1",
        }
        super().__init__(folder, nats, {**own, **environment})  # type: ignore[arg-type]
        self.disk = disk
        self.doors: list[Door] = []
        self.namespaces: list[Namespace] = []

    @property
    def servers(self) -> list[Server]:
        """Those of NATS."""
        return self.nats.servers if isinstance(self.nats, NatsCluster) else [self.nats]

    async def begin(self) -> None:
        """Start the processes; the first makes the streams."""
        await self._patiently("front-1")
        await asyncio.gather(self.serve("front-2"), self.work("worker-1"), self.work("worker-2"))

    async def _patiently(self, name: str) -> None:
        # Three servers on a busy machine may not answer in time while they make their streams; a process that could not begin
        # is started again, as Kubernetes does.
        for attempt in range(_TRIES):
            try:
                await self.serve(name)
            except RuntimeError:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def of(self, role: str) -> list[Process]:
        """The processes that ``serve`` or ``work``."""
        return [process for process in self.processes.values() if process.role == role]

    async def dies(self, process: Process, at: str) -> str:
        """Start a process that kills itself at a step, ``name:nth``, and wait until it has; the step it died at."""
        died = process.folder / "died"
        died.unlink(missing_ok=True)
        own = {"CHAOS_CLOCK": str(self.folder / "clock"), "CHAOS_DIE_AT": at, "CHAOS_DIED": str(died)}
        victim = await process.launch("tests.chaos.child", **own)
        await asyncio.wait_for(victim.wait(), _REACHED)
        return died.read_text() if died.exists() else f"nothing, code {victim.returncode}: {process.said()[-1000:]}"

    async def work_behind(self, name: str, door: Door) -> Process:
        """A process more that works, and reaches NATS through a door only."""
        direct = dict(self.environment)
        self.environment["PAGEWIRE_JOURNAL"] = f"nats://127.0.0.1:{door.port}"
        try:
            return await self.work(name)
        finally:
            self.environment = direct

    async def work_apart(self, name: str) -> Namespace:
        """A process more that works, in a network of its own; what it needs stands at the near ends of the cables.

        Raises:
            OSError: this machine does not let us.
        """
        namespace = Namespace()
        self.namespaces.append(namespace)
        variables = self.variables()
        for variable, host in (
            ("PAGEWIRE_JOURNAL", namespace.nats),
            ("PAGEWIRE_GRAPH_URL", namespace.rest),
            ("PAGEWIRE_INSTAGRAM_GRAPH_URL", namespace.rest),
        ):
            url = urlsplit(variables[variable])
            door = Door(host)
            await door.start()
            door.ports = [url.port or 0]
            self.doors.append(door)
            variables[variable] = url._replace(netloc=f"{host}:{door.port}").geturl()
        process = self.processes[name] = Enclosed(self.folder / name, variables, namespace)
        await process.start()
        return namespace

    def write_manifests(self) -> None:
        """The plugins of `Crowd`, and one that writes down what it is handed."""
        numbered = {"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}
        plugins = (
            {"name": "logging", "config": {"destination": str(self.folder / "events.jsonl")}},
            {"name": "auto-reply", "config": {"rules": [numbered]}},
            {"name": "witness", "config": {"path": str(self.folder / "witness")}},
        )
        manifests = making.page_manifest(*plugins), making.instagram_manifest(*plugins)
        making.write(self.folder / "manifests", *manifests)

    def traces(self) -> dict[str, Path]:
        """Where each plugin writes down what it was handed."""
        return {"logging": self.folder / "events.jsonl", "witness": self.folder / "witness"}

    async def settled(self, seconds: float) -> None:  # type: ignore[override]
        """Wait until every lane is through and nothing waits to be sent."""
        await super().settled(self.of("serve")[0], seconds)

    async def _is_settled(self, through: Process) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return await super()._is_settled(through)
        return False

    async def found(self, mids: dict[str, Number]) -> Found:
        """End every process, as all is settled, and read the journal of each partition from its stream."""
        await asyncio.gather(*(process.kill() for process in self.processes.values()))
        link = Nats(self.nats.url, _PREFIX)
        await link.start()
        deployment = Deployment(link, Layout(partitions=self.partitions, max_bytes=_MAX_BYTES))
        await deployment.start()
        try:
            return await read([self._opener(deployment, number) for number in range(self.partitions)], mids)
        finally:
            await link.aclose()

    def _opener(self, deployment: Deployment, partition: int):  # type: ignore[no-untyped-def]
        return lambda: deployment.journal(partition, self.folder / "books" / str(partition))

    def said(self) -> str:
        """What the processes logged last."""
        return "\n".join(f"{name}: {process.said()[-1500:]}" for name, process in self.processes.items())


@contextlib.contextmanager
def _nats(scenario: Scenario, folder: Path):  # type: ignore[no-untyped-def]
    if scenario.servers > 1:
        with running_cluster(scenario.servers) as cluster:
            yield cluster, None
    elif scenario.small_disk:
        disk = SmallDisk(folder / "nats", size=48 << 20)
        try:
            store = {"store_dir": str(folder / "nats"), "max_file_store": 1 << 30}
            with running_server(jetstream=store) as server:
                yield server, disk
        finally:
            disk.remove()
    else:
        with running_server() as server:
            yield server, None


@contextlib.asynccontextmanager
async def gathered(folder: Path, scenario: Scenario) -> AsyncIterator[NatsField]:
    """Everything at work; it ends with the context."""
    with _nats(scenario, folder) as (nats, disk):
        field = NatsField(folder, nats, dict(scenario.environment), disk)
        await field.balancer.start()
        field.sim = Simulator(world(field.balancer.port), clock=Clock(speed=scenario.speed), limits=unlimited())
        await field.sim.start()
        field.write_manifests()
        try:
            await field.begin()
            yield field
        finally:
            alive = [one for one in field.processes.values() if one.process and one.process.returncode is None]
            await asyncio.gather(*(one.kill() for one in alive))
            await field.sim.stop()
            await field.balancer.stop()
            await asyncio.gather(*(door.stop() for door in field.doors))
            for namespace in field.namespaces:
                namespace.remove()
