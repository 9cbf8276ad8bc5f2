"""NATS servers: started, waited for, killed and started again; they end with the tests, also when those are killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from tests.kube.leash import Leash
from tests.ports import free_ports

PATIENCE: Final = 90
"""Seconds a server, or a cluster, has to become ready."""
PROGRAM: Final = Path(sys.executable).with_name("nats-server")


class Server:
    """One nats-server with JetStream; port and files stay the same over every restart.

    Args:
        leash: what it dies with.
        name: of the server.
        ports: for clients and for monitoring, and for routes if it is one of a cluster.
        routes: ports of all servers of the cluster.
        settings: what goes into its configuration besides, such as ``{"max_payload": 65536}``; of ``jetstream`` the inner ones.
    """

    def __init__(
        self,
        leash: Leash,
        name: str,
        ports: Sequence[int],
        routes: Sequence[int] = (),
        **settings: dict[str, Any] | Any,
    ) -> None:
        self.name = name
        self.url = f"nats://127.0.0.1:{ports[0]}"
        self.store = leash.folder / name
        self._monitor = f"http://127.0.0.1:{ports[1]}"
        self._leash = leash
        self._process: subprocess.Popen[bytes] | None = None
        jetstream = {"store_dir": str(self.store), **settings.pop("jetstream", {})}
        config: dict[str, Any] = {
            "server_name": name,
            "listen": f"127.0.0.1:{ports[0]}",
            "http": f"127.0.0.1:{ports[1]}",
        }
        config |= {"jetstream": jetstream, **settings}
        if routes:
            urls = [f"nats://127.0.0.1:{port}" for port in routes]
            config["cluster"] = {"name": "test", "listen": f"127.0.0.1:{ports[2]}", "routes": urls}
        self._config = leash.folder / f"{name}.json"
        self._config.write_text(json.dumps(config))

    @property
    def pid(self) -> int:
        """The process id, for signals such as SIGSTOP."""
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Start it; see `wait`."""
        self._process = self._leash.start([str(PROGRAM), "-c", str(self._config)], self._log)

    def wait(self) -> None:
        """Wait until it says that it is healthy: in a cluster, that it is up to date."""
        deadline = time.monotonic() + PATIENCE
        while not self.healthy():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not become ready: {self._log.read_text()[-4000:]}")
            time.sleep(0.02)

    def healthy(self) -> bool:
        """Whether it says so."""
        return self.monitor("healthz").get("status") == "ok"

    def monitor(self, what: str) -> dict[str, Any]:
        """What it tells of itself, such as ``jsz``; nothing if it does not answer."""
        with contextlib.suppress(httpx.TransportError, ValueError), httpx.Client(trust_env=False) as client:
            found: dict[str, Any] = client.get(f"{self._monitor}/{what}").json()
            return found
        return {}

    def kill(self) -> None:
        """``kill -9``."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it end in order."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Stop it as a machine stops that nobody hears of any more; waits until it stands still."""
        os.kill(self.pid, signal.SIGSTOP)
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        """Kill it, start it, and wait."""
        self.kill()
        self.start()
        self.wait()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait()

    @property
    def _log(self) -> Path:
        return self._leash.folder / f"{self.name}.log"


@contextlib.contextmanager
def running_server(**settings: Any) -> Iterator[Server]:
    """One server; see `Server` for settings."""
    leash = Leash("pagewire-nats-")
    try:
        server = Server(leash, "alone", free_ports(2), **settings)
        server.start()
        server.wait()
        yield server
    finally:
        leash.close()


class NatsCluster:
    """Servers that know each other.

    Attributes:
        servers: all of them.
    """

    def __init__(self, leash: Leash, size: int, **settings: Any) -> None:
        ports = free_ports(3 * size)
        routes = ports[2 * size :]
        self.servers = [
            Server(leash, f"n{n}", (ports[n], ports[size + n], routes[n]), routes, **dict(settings))
            for n in range(size)
        ]

    @property
    def url(self) -> str:
        """For clients: all servers, with commas between."""
        return ",".join(server.url for server in self.servers)

    def start(self) -> None:
        """Start all and wait until they agree on a leader."""
        for server in self.servers:
            server.start()
        for server in self.servers:
            server.wait()

    def leader_of(self, stream: str) -> Server:
        """Who leads a stream now; waits until somebody does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for server in self.servers:
                name = _leader(server.monitor("jsz?streams=true&accounts=true"), stream)
                found = [one for one in self.servers if one.name == name]
                if found:
                    return found[0]
            time.sleep(0.05)
        raise RuntimeError(f"nobody leads {stream}")


@contextlib.contextmanager
def running_cluster(size: int = 3, **settings: Any) -> Iterator[NatsCluster]:
    """So many servers that form a cluster."""
    leash = Leash("pagewire-nats-")
    try:
        cluster = NatsCluster(leash, size, **settings)
        cluster.start()
        yield cluster
    finally:
        leash.close()


def _leader(jsz: dict[str, Any], stream: str) -> str | None:
    for account in jsz.get("account_details", ()):
        for found in account.get("stream_detail", ()):
            if found["name"] == stream:
                leader: str | None = found.get("cluster", {}).get("leader")
                return leader
    return None
