"""A system past one machine: NATS, processes that take webhooks, processes that work, and Meta played by the simulator."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from pagewire.simulator import Simulator, unlimited
from tests.nats.servers import Server
from tests.pagewire_gateway import making
from tests.ports import free_port
from tests.whole.system import QUICK, die_with_parent, world

PARTITIONS = 6


class Process:
    """``pagewire serve`` or ``pagewire work``, with a folder of its own."""

    def __init__(self, role: str, folder: Path, environment: dict[str, str]) -> None:
        self.role, self.folder = role, folder
        self.public, self.admin = free_port(), free_port()
        self._environment = environment
        self.process: asyncio.subprocess.Process | None = None
        self.prefix: tuple[str, ...] = ()
        """What its command begins with."""
        self.module: tuple[str, ...] = ("pagewire_gateway.cli",)

    async def start(self) -> "Process":
        """Start and wait until it is ready."""
        process = await self.launch()
        async with httpx.AsyncClient() as client, asyncio.timeout(90):
            while not await self.ready(client):
                if process.returncode is not None:
                    raise RuntimeError(f"{self.role} ended: {self.said()[-3000:]}")
                await asyncio.sleep(0.05)
        return self

    async def launch(self, *module: str, **environment: str) -> asyncio.subprocess.Process:
        """Start, with another module or these variables this once, and wait for nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        public = ["--public", f"127.0.0.1:{self.public}"] if self.role == "serve" else []
        places = ["--manifests", str(self.folder.parent / "manifests"), "--data", str(self.folder / "data")]
        command = [*self.prefix, sys.executable, "-m", *(module or self.module), self.role, *places, *public]
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(*command, "--admin", f"127.0.0.1:{self.admin}"),
                env={**self._environment, **environment},
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        return self.process

    async def ready(self, client: httpx.AsyncClient) -> bool:
        """Whether it says so."""
        return await self.answers(client, "/readyz")

    async def answers(self, client: httpx.AsyncClient, path: str) -> bool:
        """Whether a probe is answered well."""
        try:
            return (await client.get(f"http://127.0.0.1:{self.admin}{path}", timeout=30)).status_code == 200
        except httpx.TransportError:
            return False

    def said(self) -> str:
        """Its log."""
        return (self.folder / "log").read_text()

    async def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 60)

    async def get(self, path: str, **query: Any) -> Any:
        """Anything of the admin API."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.admin}", timeout=60) as client:
            return (await client.get(path, params=query)).raise_for_status().json()

    async def post(self, path: str, body: Any) -> Any:
        """Anything of the admin API."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.admin}", timeout=60) as client:
            return (await client.post(path, json=body)).raise_for_status().json()


class Balancer:
    """One address before several processes: each connection goes to the next one that takes it."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self._turn = 0
        self.taken: dict[int, int] = {}

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        self._server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self.ports:
            self._turn += 1
            port = self.ports[self._turn % len(self.ports)]
            try:
                inner, outer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            self.taken[port] = self.taken.get(port, 0) + 1
            await asyncio.gather(_copy(reader, outer), _copy(inner, writer))
            return
        writer.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
    target.close()


class Crowd:
    """Everything together; processes are started by name."""

    def __init__(self, folder: Path, nats: Server, environment: dict[str, str]) -> None:
        self.folder, self.nats = folder, nats
        self.environment = environment
        self.balancer = Balancer()
        self.processes: dict[str, Process] = {}
        self.sim: Simulator

    async def serve(self, name: str) -> Process:
        """A process more that takes webhooks."""
        process = await self._start("serve", name)
        self.balancer.ports.append(process.public)
        return process

    async def work(self, name: str) -> Process:
        """A process more that works."""
        return await self._start("work", name)

    async def _start(self, role: str, name: str) -> Process:
        return await self.process(role, name).start()

    def process(self, role: str, name: str) -> Process:
        """A process that is not started."""
        process = self.processes[name] = Process(role, self.folder / name, self.variables())
        return process

    def variables(self) -> dict[str, str]:
        """The environment of its processes."""
        return {
            **os.environ, **QUICK, "PAGEWIRE_LEASE_TTL": "5", "PAGEWIRE_JOURNAL": self.nats.url,
            "PAGEWIRE_PARTITIONS": str(PARTITIONS), "PAGEWIRE_NATS_MAX_BYTES": str(256 << 20),
            "PAGEWIRE_GRAPH_URL": self.sim.graph_url, "PAGEWIRE_INSTAGRAM_GRAPH_URL": self.sim.instagram_graph_url,
            **self.environment,
        }  # fmt: skip

    def write_manifests(self) -> None:
        """One rule that numbers its answers, and a log that all workers write."""
        numbered = {"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}
        plugins = (
            {"name": "logging", "config": {"destination": str(self.folder / "events.jsonl")}},
            {"name": "auto-reply", "config": {"rules": [numbered]}},
        )
        manifests = making.page_manifest(*plugins), making.instagram_manifest(*plugins)
        making.write(self.folder / "manifests", *manifests)

    async def settled(self, through: Process, seconds: float = 90.0) -> None:
        """Wait until every lane is through and nothing waits to be sent."""
        async with asyncio.timeout(seconds):
            while not await self._is_settled(through):
                await asyncio.sleep(0.2)

    async def _is_settled(self, through: Process) -> bool:
        stats = await through.get("/api/v1/stats")
        lanes = sum(lane["pending"] + lane["retry"] for lane in stats["lanes"])
        return lanes == 0 and not any(stats["outbox"].get(state) for state in ("queued", "sending", "unknown"))


@contextlib.asynccontextmanager
async def gathered(folder: Path, nats: Server, **environment: str) -> AsyncIterator[Crowd]:
    """A crowd without processes yet; they end with it."""
    crowd = Crowd(folder, nats, environment)
    await crowd.balancer.start()
    crowd.sim = Simulator(world(crowd.balancer.port), limits=unlimited())
    await crowd.sim.start()
    crowd.write_manifests()
    try:
        yield crowd
    finally:
        running = [one for one in crowd.processes.values() if one.process and one.process.returncode is None]
        await asyncio.gather(*(one.stop() for one in running))
        await crowd.sim.stop()
        await crowd.balancer.stop()
