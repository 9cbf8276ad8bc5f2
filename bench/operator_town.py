"""The processes of one run, and what can be counted at them: a real API server, Meta, and an operator."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench.operator_program import Program, free_port
from pagewire.kube import KubeClient, find_access
from tests.kube.cluster import Cluster, running_cluster

Counts = Counter[tuple[str, str]]
"""Verb and object to how often."""

REFUSED: Final = "429"
_CHART: Final = Path(__file__).parents[1] / "charts" / "pagewire"
_SYSTEM: Final = "pagewire-system"
_PATIENT: Final = {"PAGEWIRE_LEASE_DURATION": "120", "PAGEWIRE_LEASE_RENEW_DEADLINE": "110"}
_REQUESTS: Final = re.compile(r"^apiserver_request_total\{(.*)\} (\S+)$", re.MULTILINE)
_LABEL: Final = re.compile(r'(\w+)="([^"]*)"')
_OF_CORE: Final = ("secrets", "events")
_PREFIX: Final = "pagewire_operator"


class Operator(Program):
    """Our operator, with its metrics."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._url = f"http://127.0.0.1:{(port := free_port())}"
        command = ["-m", "pagewire_operator", "--listen", f"127.0.0.1:{port}"]
        super().__init__(folder / "operator.log", command, f"{self._url}/readyz", environment)

    async def requests(self) -> Counts:
        """What it asked of the API server, by verb and plural."""
        return await self._counts("api_requests_total", "verb", "resource")

    async def looks(self) -> int:
        """How many reconciliations it made."""
        return (await self._counts("reconcile_duration_seconds_count")).total()

    async def until_idle(self) -> None:
        """Wait until nothing is in line and nothing worked on."""
        while (await self._counts("queue_depth")).total() + (await self._counts("queue_busy")).total():
            await asyncio.sleep(0.2)

    async def _counts(self, name: str, first: str = "", second: str = "") -> Counts:
        async with httpx.AsyncClient(trust_env=False) as client:
            text = (await client.get(f"{self._url}/metrics")).text
        found: Counts = Counter()
        for one in (sample for family in text_string_to_metric_families(text) for sample in family.samples):
            if one.name == f"{_PREFIX}_{name}":
                found[one.labels.get(first, ""), one.labels.get(second, "")] += int(one.value)
        return found


class Meta(NamedTuple):
    """The simulator."""

    program: Program
    url: str

    async def calls(self) -> Counts:
        """Calls so far, by verb and edge."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answer = await client.get(f"{self.url}/_control/calls", params={"limit": 0})
        found: Counts = Counter()
        for row in answer.json()["counts"]:
            found[row["method"], row["edge"]] += row["count"]
        return found


class Town:
    """All of it. See `town`.

    Attributes:
        client: the admin's.
        meta: the simulator.
    """

    def __init__(self, cluster: Cluster, client: KubeClient, folder: Path, meta: Meta) -> None:
        self._cluster, self._folder, self.client, self.meta = cluster, folder, client, meta
        rbac = _CHART / "files" / "rbac" / "operator.yaml"
        self._kubeconfig = str(cluster.identity("pagewire-operator", rbac, namespace=_SYSTEM).kubeconfig)
        self._programs: list[Program] = []

    def ours(self, **settings: str) -> Operator:
        """The operator, not started: the chart's rights, default settings but for the ones given, and a long Lease.

        All share one machine here, and nobody would start an operator again that lost its Lease to that.
        """
        mine = {"KUBECONFIG": self._kubeconfig, "PAGEWIRE_LEASE_NAMESPACE": _SYSTEM, **_PATIENT}
        meta = dict.fromkeys(("PAGEWIRE_GRAPH_URL", "PAGEWIRE_INSTAGRAM_GRAPH_URL"), self.meta.url)
        operator = Operator(self._folder, {**mine, **meta, **settings})
        self._programs.append(operator)
        return operator

    def bare(self) -> Program:
        """The bare operator, not started."""
        url = f"http://127.0.0.1:{free_port()}/healthz"
        command = ["-m", "kopf", "run", "-q", "-A", "--standalone", "-L", url, "-m", "bench.operator_bare"]
        program = Program(self._folder / "bare.log", command, url, {"KUBECONFIG": self._kubeconfig})
        self._programs.append(program)
        return program

    async def served(self) -> Counts:
        """What the API server was asked for our kinds, Secrets and Events, by anybody; verb `REFUSED` for too many at once."""
        async with self._cluster.http() as client:
            text = (await client.get("/metrics")).text
        found: Counts = Counter()
        for labels, value in _REQUESTS.findall(text):
            label = dict(_LABEL.findall(labels))
            if label["group"] == "pagewire.dev" or (label["group"] == "" and label["resource"] in _OF_CORE):
                verb = REFUSED if label["code"] == "429" else label["verb"].lower()
                found[verb, label["resource"]] += int(float(value))
        return found

    async def close(self) -> None:
        """End what still runs."""
        for one in (*self._programs, self.meta.program):
            await one.kill()


@asynccontextmanager
async def town(pages: int) -> AsyncIterator[Town]:
    """A fresh API server with our kinds, and Meta with so many Pages."""
    with running_cluster() as cluster, TemporaryDirectory() as name:
        folder = Path(name)
        await asyncio.to_thread(cluster.install_crds, _CHART / "files/crds")
        meta = _meta(folder, pages)
        async with KubeClient(find_access(cluster.admin_kubeconfig), agent="bench", in_flight=64) as client:
            built = Town(cluster, client, folder, meta)
            try:
                await (await meta.program.start()).until_ready()
                yield built
            finally:
                await built.close()


def _meta(folder: Path, pages: int) -> Meta:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["-m", "bench.operator_meta", str(pages), str(port)]
    return Meta(Program(folder / "meta.log", command, f"{url}/_control/calls", {}), url)
