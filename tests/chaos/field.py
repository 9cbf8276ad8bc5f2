"""A running system with the plugins and the processes that a chaos run needs."""

import asyncio
import os
from pathlib import Path
from typing import Any

from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.chaos.books import Found, read
from tests.chaos.disk import disk_for
from tests.chaos.door import Door
from tests.chaos.ledger import Number
from tests.whole.system import GatewayProcess, System

INSTALLED = Path(__file__).parent / "installed"
"""Where the plugins of a chaos run are installed."""


class Gateway(GatewayProcess):
    """``pagewire serve`` as the child of a chaos run; see `tests.chaos.child`."""

    module = "tests.chaos.child"

    def __init__(self, folder: Path, graph_url: str, environment: dict[str, str]) -> None:
        paths = os.pathsep.join([str(INSTALLED), str(Path(__file__).parents[2])])
        self.steps, self.clock = folder / "died", folder / "clock"
        own = {"PYTHONPATH": paths, "CHAOS_CLOCK": str(self.clock), "CHAOS_SLOW_DISK": str(folder / "slow")}
        super().__init__(folder, graph_url, {**own, **environment})

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    async def start_to_die(self, at: str) -> None:
        """Start a process that kills itself at a step, ``name:nth``."""
        self.steps.unlink(missing_ok=True)
        await self.launch(CHAOS_DIE_AT=at, CHAOS_DIED=str(self.steps))

    async def died(self, seconds: float) -> str:
        """Wait until it has killed itself; the step it died at."""
        assert self.process
        await asyncio.wait_for(self.process.wait(), seconds)
        self.log.close()
        return self.steps.read_text() if self.steps.exists() else f"nothing, code {self.process.returncode}"

    def memory(self) -> int:
        """Bytes of its resident memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) * 1024


class Field(System):
    """Everything together, with a door before the gateway where a scenario asks for one.

    Args:
        folder: of this run.
        environment: of every gateway process.
        speed: simulated seconds a second.
        with_door: Meta's webhooks go through a door, so that several processes can take them.
        unruly: the accounts use the plugin that misbehaves.
        small_disk: the journal is on a disk that can be filled.
        first: the gateway to begin with.
    """

    gateway: Gateway

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        speed: float,
        *,
        with_door: bool = False,
        unruly: bool = False,
        small_disk: bool = False,
        first: type[Gateway] = Gateway,
    ) -> None:
        super().__init__(folder, environment, speed)
        self.gateway_type = first
        self.door = Door() if with_door else None
        self.disk = disk_for(folder / "data", lambda: self.gateway.pid) if small_disk else None
        self._unruly = unruly
        self.behave("ok")

    async def __aenter__(self) -> "Field":
        if self.door is not None:
            await self.door.start()
        await super().__aenter__()
        if self.door is not None:
            self.door.ports = [self.gateway.public]
        return self

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        if self.door is not None:
            await self.door.stop()

    async def found(self, mids: dict[str, Number]) -> Found:
        """End the gateway politely, and read its journal."""
        await self.gateway.stop()
        return await read([lambda: SqliteJournal(self.folder / "data" / "journal.db")], mids)

    def said(self) -> str:
        """What the gateway logged last."""
        return (self.folder / "gateway.log").read_text()[-3000:]

    def remove(self) -> None:
        """Take the small disk away."""
        if self.disk is not None:
            self.disk.remove()

    @property
    def callback_port(self) -> int:
        return self.door.port if self.door is not None else super().callback_port

    def another(self) -> Gateway:
        """A further process on the same folders; not started."""
        environment = {**self._environment, "PAGEWIRE_INSTAGRAM_GRAPH_URL": self.sim.instagram_graph_url}
        return Gateway(self.folder, self.sim.graph_url, environment)

    def behave(self, mode: str) -> None:
        """Tell the unruly plugin what to do: ``ok``, ``block S``, ``leak BYTES``, ``raise``, ``poison TEXT``, ``hang``."""
        path = self.folder / "mode"
        path.with_suffix(".new").write_text(mode)
        path.with_suffix(".new").replace(path)

    def traces(self) -> dict[str, Path]:
        """Where each plugin writes down what it was handed."""
        own = {"logging": self.folder / "events.jsonl", "witness": self.folder / "witness"}
        return {**own, "unruly": self.folder / "unruly"} if self._unruly else own

    def plugins(self) -> list[dict[str, Any]]:
        """The usual three, and those of the chaos run."""
        traced = {name: path for name, path in self.traces().items() if name != "logging"}
        return [*super().plugins(), *({"name": name, "config": {"path": str(path)}} for name, path in traced.items())]
