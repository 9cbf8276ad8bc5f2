"""Webhook to Send API through the whole gateway with all three plugins, in one run.

    python -m bench.end_to_end [SECONDS]

Three processes on loopback: the gateway (``pagewire serve``), a Send API and CRM that answer at once, and the load. First the
largest rate at which replies keep up, found by offering more than that; then latency at half of it.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.bodies import PAGES, SECRET, page_id
from bench.ingest import Server


class Process(Server):
    """A child that prints its port first."""

    def __init__(self, *command: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found


def manifests(folder: Path, stub: int, plugins: list[dict[str, Any]] | None = None) -> None:
    """An app and its Pages, each with these plugins, or with the three that are shipped."""
    rule = {"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}
    plugins = plugins or [
        {"name": "logging", "config": {"destination": str(folder / "events.jsonl")}},
        {"name": "auto-reply", "config": {"rules": [rule]}},
        {"name": "crm-sync", "config": {"url": f"http://127.0.0.1:{stub}/contacts", "mode": "batch"}},
    ]
    secret = {"name": "s", "namespace": "bench"}
    documents: list[dict[str, Any]] = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": secret,
            "stringData": {"app": SECRET.decode(), "token": "EAABENCH"},
        },
        _resource("MessengerApp", "load", {"appId": "990000000000001", "appSecretRefs": [{"name": "s", "key": "app"}]}),
    ]
    for number in range(PAGES):
        page = str(page_id(number))
        source = {"secretRef": {"name": "s", "key": "token"}}
        token = {"appRef": {"name": "load"}, "type": "Page", "pageId": page, "from": source}
        spec = {"appRef": {"name": "load"}, "pageId": page, "tokenRef": {"name": f"t{number}"}, "plugins": plugins}
        documents += [_resource("AccessToken", f"t{number}", token), _resource("MessengerPage", f"p{number}", spec)]
    (folder / "manifests").mkdir(exist_ok=True)
    (folder / "manifests" / "all.yaml").write_text("\n---\n".join(json.dumps(document) for document in documents))


def _resource(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "bench"}
    return {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Gateway(Server):
    """``pagewire serve`` on two free ports."""

    def __init__(
        self,
        stub: int,
        module: tuple[str, ...] = ("pagewire_gateway.cli",),
        plugins: list[dict[str, Any]] | None = None,
    ) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        manifests(folder, stub, plugins)
        self.port, self.admin = free_port(), free_port()
        where = ["--manifests", str(folder / "manifests"), "--data", str(folder / "data")]
        ports = ["--public", f"127.0.0.1:{self.port}", "--admin", f"127.0.0.1:{self.admin}"]
        url = f"http://127.0.0.1:{stub}"
        environment = {
            **os.environ,
            "PAGEWIRE_GRAPH_URL": url,
            "PAGEWIRE_SEND_RATE": "1000",
            "PAGEWIRE_SEND_BURST": "1000",
            "PAGEWIRE_THREAD_RATE": "1000",
            "PAGEWIRE_THREAD_BURST": "1000",
        }
        self.log = (folder / "log").open("w")
        command = [sys.executable, "-m", *module, "serve", *where, *ports]
        self.process = subprocess.Popen(
            command, env=environment, stderr=self.log, stdout=self.log, stdin=subprocess.PIPE
        )
        self._until(lambda: self._status("/readyz") == 200, 300)

    def _status(self, path: str) -> int:
        try:
            return httpx.get(f"http://127.0.0.1:{self.admin}{path}").status_code
        except httpx.TransportError:
            return 0

    def _until(self, condition: Any, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                raise TimeoutError(Path(self.log.name).read_text()[-2000:])
            time.sleep(0.05)

    def settled(self, seconds: float = 120.0) -> None:
        def idle() -> bool:
            stats = httpx.get(f"http://127.0.0.1:{self.admin}/api/v1/stats", timeout=30).json()
            waiting = sum(stats["outbox"].get(state, 0) for state in ("queued", "sending", "unknown"))
            return bool(waiting + sum(lane["pending"] + lane["retry"] for lane in stats["lanes"]) == 0)

        self._until(idle, seconds)

    def memory(self) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()


def load(
    gateway: Gateway,
    connections: int,
    seconds: float,
    rate: float | None = None,
    allowed: frozenset[str] = frozenset({"200"}),
) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.load", str(gateway.port), str(connections), str(seconds)]
    environment = {**os.environ, "BENCH_TEXT": "numbered"}
    out = subprocess.run(
        command + ([str(rate)] if rate else []), check=True, capture_output=True, text=True, env=environment
    )
    found: dict[str, Any] = json.loads(out.stdout)
    assert "200" in found["statuses"], found
    assert allowed.issuperset(found["statuses"]), found
    return found


def main() -> None:
    measure(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0)


def measure(seconds: float) -> dict[str, float]:
    """Print the figures, and give those that have a bar."""
    stub = Process("-m", "bench.stub")
    gateway = Gateway(stub.port)
    try:
        return _measure(gateway, stub, seconds)
    finally:
        gateway.stop()
        stub.stop()


def _measure(gateway: Gateway, stub: Process, seconds: float) -> dict[str, float]:
    print(f"memory with {PAGES} pages: {gateway.memory():.0f} MB")
    load(gateway, 16, 2.0)
    gateway.settled()
    stub.ask("report")
    began, cpu = time.monotonic(), gateway.cpu()
    offered = load(gateway, 64, seconds)
    gateway.settled()
    took = time.monotonic() - began
    found = stub.ask("report")
    rate = found["sends"] / took
    per_event = (gateway.cpu() - cpu) / found["sends"] * 1e6
    # A connection may still wait for its answer when the load ends; its message counts as sent, not as answered.
    assert found["sends"] >= offered["requests"], (found, offered)
    print(
        f"through three plugins: {rate:.0f} events/s, {per_event:.0f} us CPU an event, {found['others']} CRM requests"
    )
    load(gateway, 64, seconds, rate / 2)
    gateway.settled()
    half = stub.ask("report")
    print(f"at half load ({rate / 2:.0f}/s): webhook to Send API p50 {half['p50']} ms, p99 {half['p99']} ms")
    print(f"memory after: {gateway.memory():.0f} MB")
    return {"rate": rate, "p50": half["p50"], "p99": half["p99"], "memory": gateway.memory()}


if __name__ == "__main__":
    main()
