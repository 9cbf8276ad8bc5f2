"""A running system: Meta played by the simulator, a CRM endpoint, and the gateway as a process of its own."""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import httpx

from pagewire.simulator import Clock, Simulator, World, unlimited
from pagewire.simulator.world import Account, App, Subscription, Token
from tests.pagewire_gateway import making
from tests.ports import free_port

PAGE_TOKEN = "EAAPAGE"
QUICK = {
    "PAGEWIRE_ECHO_WAIT": "0.3",
    "PAGEWIRE_LOOK_UP_RATE": "1000",
    "PAGEWIRE_THREAD_RATE": "1000",
    "PAGEWIRE_THREAD_BURST": "1000",
    "PAGEWIRE_HOOK_RETRY_FIRST": "0.1",
    "PAGEWIRE_SEND_RETRY_FIRST": "0.1",
    "PAGEWIRE_SEND_PAUSE": "1",
    "PAGEWIRE_CIRCUIT_PAUSE": "0.2",
    "PAGEWIRE_LEASE_TTL": "0.3",
    "PAGEWIRE_SEND_RATE": "2000",
    "PAGEWIRE_SEND_BURST": "2000",
}
"""Every wait that a test need not sit through."""


TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"
REFUSED = b"HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n"


def die_with_parent() -> None:
    """Runs in the child: the kernel kills it when the test process is gone, however that ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Crm:
    """An HTTP endpoint that takes CloudEvents and remembers the contacts."""

    def __init__(self) -> None:
        self.contacts: dict[str, Any] = {}
        self.requests = 0
        self.answer = TAKEN
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, port: int = 0) -> None:
        """Take connections, at this port if it has to be the same as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/contacts"

    async def stop(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
                self._take(json.loads(await reader.readexactly(length)))
                writer.write(self.answer)
                await writer.drain()
        writer.close()

    def _take(self, sent: Any) -> None:
        self.requests += 1
        for event in sent if isinstance(sent, list) else [sent]:
            self.contacts[event["subject"]] = event["data"]


class GatewayProcess:
    """``pagewire serve``, started as a user would, killed as nobody wants."""

    module = "pagewire_gateway.cli"

    def __init__(self, folder: Path, graph_url: str, environment: dict[str, str]) -> None:
        self.public, self.admin = free_port(), free_port()
        self.folder = folder
        self._environment = {**os.environ, **QUICK, "PAGEWIRE_GRAPH_URL": graph_url, **environment}
        self.process: asyncio.subprocess.Process | None = None

    @property
    def command(self) -> list[str]:
        addresses = ["--public", f"127.0.0.1:{self.public}", "--admin", f"127.0.0.1:{self.admin}"]
        data = ["--manifests", str(self.folder / "manifests"), "--data", str(self.folder / "data")]
        return [sys.executable, "-m", self.module, "serve", *data, *addresses]

    async def start(self, **environment: str) -> None:
        """Start, with these variables this once, and wait until it is ready."""
        await self.launch(**environment)
        await self.ready()

    async def launch(self, **environment: str) -> None:
        """Start, and wait for nothing."""
        self.log = (self.folder / "gateway.log").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            env={**self._environment, **environment},
            stdout=self.log,
            stderr=self.log,
            preexec_fn=die_with_parent,
        )

    async def ready(self) -> None:
        """Wait until it is ready."""
        assert self.process
        async with httpx.AsyncClient() as client, asyncio.timeout(60):
            while not await self._ready(client):
                if self.process.returncode is not None:
                    raise RuntimeError(f"the gateway ended: {(self.folder / 'gateway.log').read_text()[-3000:]}")
                await asyncio.sleep(0.05)

    async def _ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"http://127.0.0.1:{self.admin}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.kill()
        await self.process.wait()
        self.log.close()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process
        self.process.terminate()
        code = await asyncio.wait_for(self.process.wait(), 30)
        self.log.close()
        return code

    async def events(self, **query: Any) -> list[dict[str, Any]]:
        """Events of the admin API, oldest first."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.admin}") as client:
            answer = await client.get("/api/v1/events", params={"limit": 1000, **query})
            answer.raise_for_status()
            page = answer.json()
            return page if isinstance(page, list) else page["events"]

    async def get(self, path: str) -> Any:
        """Anything of the admin API."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.admin}") as client:
            return (await client.get(path)).raise_for_status().json()


def world(port: int) -> World:
    """One app whose webhooks go to a port of this machine, a Page, and an Instagram account."""
    callback = f"http://127.0.0.1:{port}/webhooks/support/acme"
    subscriptions = {name: Subscription(callback_url=callback) for name in ("page", "instagram")}
    app = App(id=making.APP_ID, secret=making.SECRET, verify_token="letmein", subscriptions=subscriptions)
    installed = {making.APP_ID: {"*"}}
    page = Account(id=making.PAGE, object="page", name="Harbour", subscribed=installed)
    instagram = Account(
        id=making.INSTAGRAM, object="instagram", username="harbour", page_id=making.PAGE, subscribed=installed
    )
    token = Token(value=PAGE_TOKEN, type="PAGE", app_id=making.APP_ID, account_id=making.PAGE)
    return World(apps=[app], accounts=[page, instagram], tokens=[token])


class System:
    """Everything together."""

    gateway_type = GatewayProcess

    def __init__(self, folder: Path, environment: dict[str, str] | None = None, speed: float = 1.0) -> None:
        self.folder = folder
        self.crm = Crm()
        self._environment = environment or {}
        self._speed = speed

    async def __aenter__(self) -> Self:
        await self.crm.start()
        # The gateway's port has to be known before the world that points at it.
        self.gateway = self.gateway_type(self.folder, "", self._environment)
        self.sim = Simulator(world(self.callback_port), clock=Clock(speed=self._speed), limits=unlimited())
        await self.sim.start()
        self.gateway._environment["PAGEWIRE_GRAPH_URL"] = self.sim.graph_url
        self.gateway._environment["PAGEWIRE_INSTAGRAM_GRAPH_URL"] = self.sim.instagram_graph_url
        self.write_manifests()
        await self.gateway.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.gateway.process is not None and self.gateway.process.returncode is None:
            await self.gateway.stop()
        await self.sim.stop()
        await self.crm.stop()

    @property
    def callback_port(self) -> int:
        """Where Meta's webhooks go."""
        return self.gateway.public

    def plugins(self) -> list[dict[str, Any]]:
        """The three plugins, each leaving a trace that a ledger can count."""
        numbered = {"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}
        return [
            {"name": "logging", "config": {"destination": str(self.folder / "events.jsonl")}},
            {"name": "auto-reply", "config": {"rules": [numbered]}},
            {"name": "crm-sync", "config": {"url": self.crm.url, "interval": "1s"}},
        ]

    def write_manifests(self) -> None:
        """Put the manifests where the gateway reads them."""
        making.write(
            self.folder / "manifests", making.page_manifest(*self.plugins()), making.instagram_manifest(*self.plugins())
        )

    async def settled(self, seconds: float = 30.0) -> None:
        """Wait until every lane is through and nothing waits to be sent."""
        async with asyncio.timeout(seconds):
            while not await self._is_settled():
                await asyncio.sleep(0.1)

    async def _is_settled(self) -> bool:
        stats = await self.gateway.get("/api/v1/stats")
        lanes = sum(lane["pending"] + lane["retry"] for lane in stats["lanes"])
        return lanes == 0 and not any(stats["outbox"].get(state) for state in ("queued", "sending", "unknown"))


@contextlib.asynccontextmanager
async def running_system(**options: Any) -> AsyncIterator[System]:
    """A system in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pagewire-") as folder:
        async with System(Path(folder), **options) as system:
            yield system
