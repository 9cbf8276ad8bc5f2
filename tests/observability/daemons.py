"""Prometheus, Alertmanager, Collector and Jaeger as children of a test, on free ports of loopback."""

import asyncio
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from tests.e2e.programs import ROOT, Program
from tests.ports import free_port
from tools.observability.programs import program

COLLECTOR: Final = ROOT / "deploy" / "collector" / "pagewire.yaml"
NAMESPACE: Final = "pagewire-system"
"""Of the targets, as a cluster's Prometheus would say."""


class Daemon(Program):
    """A program that is none of ours: with a configuration file, and ready when its probe says so."""

    def __init__(
        self,
        name: str,
        folder: Path,
        config: Mapping[str, Any],
        flags: list[str],
        port: int,
        probe: str,
        environment: Mapping[str, str] = {},
    ) -> None:
        self.port, self.origin = port, f"http://127.0.0.1:{port}"
        self._file = folder / f"{name}.yaml"
        self._config = config
        super().__init__(name, folder, [], self.origin, probe, environment)
        self._command = [str(program(name)), *(flag.format(config=self._file) for flag in flags)]

    async def start(self, *, ready: bool = True) -> "Daemon":
        """Write its configuration, then start it."""
        self._file.write_text(yaml.safe_dump(dict(self._config)))
        await super().start(ready=ready)
        return self


def prometheus(folder: Path, targets: Mapping[str, str], rules: Sequence[Path] = (), alertmanager: str = "") -> Daemon:
    """Prometheus on these targets, an address by job, once a second.

    Args:
        folder: for configuration, log and data.
        targets: what to scrape.
        rules: files of rules.
        alertmanager: address to send alerts to.
    """
    port = free_port()
    scrapes = [
        {
            "job_name": job,
            "honor_labels": True,
            "static_configs": [{"targets": [target], "labels": {"namespace": NAMESPACE, "pod": f"{job}-0"}}],
        }
        for job, target in targets.items()
    ]
    managers = [{"static_configs": [{"targets": [alertmanager]}]}] if alertmanager else []
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(path) for path in rules],
        "alerting": {"alertmanagers": managers},
        "scrape_configs": scrapes,
    }
    flags = [
        "--config.file={config}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
        # An alert that came before Alertmanager was found is told again soon.
        "--rules.alert.resend-delay=2s",
    ]
    return Daemon("prometheus", folder, config, flags, port, "/-/ready")


def alertmanager(folder: Path, webhook: str) -> Daemon:
    """Alertmanager that tells everything to one webhook."""
    port = free_port()
    route = {
        "receiver": "people",
        "group_by": ["alertname", "severity"],
        "group_wait": "0s",
        "group_interval": "1s",
        "repeat_interval": "1h",
    }
    receiver = {"name": "people", "webhook_configs": [{"url": webhook, "send_resolved": True}]}
    flags = [
        "--config.file={config}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    return Daemon("alertmanager", folder, {"route": route, "receivers": [receiver]}, flags, port, "/-/ready")


def jaeger(folder: Path) -> tuple[Daemon, str]:
    """Jaeger with traces in memory, and where it takes OTLP over HTTP."""
    asking, taking = free_port(), free_port()
    config = {
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query"],
            "pipelines": {"traces": {"receivers": ["otlp"], "exporters": ["jaeger_storage_exporter"]}},
            "telemetry": {"metrics": {"level": "none"}},
        },
        "extensions": {
            "jaeger_storage": {"backends": {"memory": {"memory": {"max_traces": 100_000}}}},
            "jaeger_query": {
                "storage": {"traces": "memory"},
                "http": {"endpoint": f"127.0.0.1:{asking}"},
                "grpc": {"endpoint": f"127.0.0.1:{free_port()}"},
            },
        },
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{taking}"}}}},
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "memory"}},
    }
    return Daemon(
        "jaeger", folder, config, ["--config={config}"], asking, "/api/services"
    ), f"http://127.0.0.1:{taking}"


def collector(folder: Path, traces: str, rest: str) -> Daemon:
    """A Collector with the very file that people are told to use, between our programs and a store.

    Args:
        folder: for its log.
        traces: where the store takes OTLP over HTTP.
        rest: the same for metrics and logs.
    """
    port = free_port()
    told = {"LISTEN": f"127.0.0.1:{port}", "TRACES_ENDPOINT": traces, "METRICS_ENDPOINT": rest, "LOGS_ENDPOINT": rest}
    config = yaml.safe_load(COLLECTOR.read_text())
    config["service"]["telemetry"] = {"metrics": {"level": "none"}}  # of its own, on a port that others may have
    return Daemon("collector", folder, config, ["--config={config}"], port, "", told)


def validated(gate: Daemon) -> None:
    """Have the Collector itself read its file.

    Raises:
        CalledProcessError: it would not take it.
    """
    environment = {**os.environ, **gate._environment}
    subprocess.run([program("collector"), "validate", f"--config={COLLECTOR}"], check=True, env=environment)


async def listening(daemon: Daemon) -> None:
    """Wait until a daemon without a probe takes connections."""
    async with asyncio.timeout(60):
        while await daemon.ask("/") == 0:
            if daemon.running.returncode is not None:
                raise RuntimeError(f"{daemon.name} ended: {daemon.text()[-3000:]}")
            await asyncio.sleep(0.1)
