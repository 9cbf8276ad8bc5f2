"""A release under load: Meta, people who write, the chart on a real control plane, and the pods' own commands at work."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from pagewire.simulator import Simulator, unlimited
from pagewire_gateway.journal.jetstream import Deployment, Layout
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.shared.connection import Nats
from tests.chaos import books
from tests.chaos.field import INSTALLED
from tests.chaos.ledger import Ledger
from tests.chaos.people import People
from tests.charts.helm import CHART, NAMESPACE, helm
from tests.charts.node.node import Node, at_work
from tests.charts.test_install import VOLUME
from tests.e2e.town import OPERATOR as QUICK_OPERATOR
from tests.kube.cluster import Cluster
from tests.kube.kubelet import NODE
from tests.kube.servers import WORKLOADS
from tests.nats.servers import running_server
from tests.pagewire_gateway import making
from tests.ports import free_port
from tests.whole.system import QUICK, world

OPERATOR: Final = {name: value for name, value in QUICK_OPERATOR.items() if "LEASE" not in name}
"""A busy machine may not renew a Lease within two seconds; the operator would end its process, as it should."""

_PATIENCE: Final = 180.0
_PARTITIONS: Final = 4
_MAX_BYTES: Final = 64 << 20
_CAPACITY: Final = {"cpu": "16", "memory": "64Gi", "ephemeral-storage": "200Gi", "pods": "100"}


class Estate:
    """Everything of one run.

    Args:
        cluster: nobody else's.
        folder: for volumes, logs and traces.
        node: where the pods run.
        nats: address of the journal; without it, it is in a file.
    """

    def __init__(self, cluster: Cluster, folder: Path, node: Node, sim: Simulator, nats: str | None) -> None:
        self._cluster, self._folder, self._node, self._sim, self._nats = cluster, folder, node, sim, nats
        self.people = People(sim)

    def helm(self, *words: str) -> None:
        """Helm, as somebody runs it who waits for the end."""
        environment = {"KUBECONFIG": str(self._cluster.admin_kubeconfig)}
        helm(*words, "--namespace", NAMESPACE, "--wait", "--timeout", "240s", **environment)

    def install(self) -> None:
        """``helm install``, and the resources of a Page and an Instagram account."""
        (self._folder / "values.yaml").write_text(yaml.safe_dump(self._values()))
        self.helm("install", "pagewire", str(CHART), "--create-namespace", "--values", self._values_file)
        self._cluster.kubectl("create", "namespace", "support")
        documents = (
            making.APP_MANIFESTS,
            making.page_manifest(*self._plugins()),
            making.instagram_manifest(*self._plugins()),
        )
        self._cluster.apply("\n---\n".join(documents))

    def upgrade(self, *changes: str) -> None:
        """``helm upgrade`` with values that replace every pod."""
        sets = [word for change in changes for word in ("--set", change)]
        self.helm("upgrade", "pagewire", str(CHART), "--values", self._values_file, *sets)

    def rollback(self) -> None:
        """``helm rollback`` to the revision before."""
        self.helm("rollback", "pagewire")

    async def known(self) -> None:
        """Wait until the gateway knows the Page."""
        await self._until(lambda: self._asked("/api/v1/stats"), lambda stats: len(stats["lanes"]) >= 3)

    async def settled(self) -> Ledger:
        """Let everything end, end every pod, and close the books."""
        await self.people.all_delivered(_PATIENCE)
        await self._until(lambda: self._asked("/api/v1/stats"), _is_settled)
        await asyncio.to_thread(self.helm, "uninstall", "pagewire")
        while any(pod.process and pod.process.returncode is None for pod in self._node.pods.values()):
            await asyncio.sleep(0.1)
        traces = {"logging": self._folder / "events.jsonl", "witness": self._folder / "witness"}
        found = await self._found()
        ledger = books.balance(self.people, found, traces)
        if not ledger.clean:
            print(books.evidence(self.people, found))
        return ledger

    @property
    def pods(self) -> int:
        """How many there were."""
        return len(self._node.pods)

    @property
    def restarts(self) -> int:
        """How often a container ended by itself."""
        return sum(pod.restarts for pod in self._node.pods.values())

    @property
    def _values_file(self) -> str:
        return str(self._folder / "values.yaml")

    def _values(self) -> dict[str, Any]:
        settings = {
            "PAGEWIRE_GRAPH_URL": self._sim.graph_url,
            "PAGEWIRE_INSTAGRAM_GRAPH_URL": self._sim.instagram_graph_url,
        }
        gateway = {
            "settings": QUICK | {"PAGEWIRE_LEASE_TTL": "4"},
            "extraEnv": [{"name": "PYTHONPATH", "value": str(INSTALLED)}],
        }
        own: dict[str, Any] = {"settings": settings, "gateway": gateway, "operator": {"settings": OPERATOR}}
        if self._nats:
            nats = {"servers": [self._nats], "partitions": _PARTITIONS, "maxBytes": str(_MAX_BYTES)}
            own["journal"] = {"kind": "nats", "nats": nats}
            own["worker"] = {"autoscaling": {"maxReplicas": _PARTITIONS}, "keda": {"maxReplicas": _PARTITIONS}}
        return own

    def _plugins(self) -> list[dict[str, Any]]:
        numbered = {"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}
        return [
            {"name": "logging", "config": {"destination": str(self._folder / "events.jsonl")}},
            {"name": "auto-reply", "config": {"rules": [numbered]}},
            {"name": "witness", "config": {"path": str(self._folder / "witness")}},
        ]

    async def _found(self) -> books.Found:
        if self._nats is None:
            journal = self._folder / "claims" / NAMESPACE / "data-pagewire-gateway-0" / "journal.db"
            return await books.read([lambda: SqliteJournal(journal)], self.people.mids)
        link = Nats(self._nats, "pagewire")
        await link.start()
        deployment = Deployment(link, Layout(partitions=_PARTITIONS, max_bytes=_MAX_BYTES))
        await deployment.start()
        try:
            return await books.read(
                [self._opener(deployment, number) for number in range(_PARTITIONS)], self.people.mids
            )
        finally:
            await link.aclose()

    def _opener(self, deployment: Deployment, partition: int) -> books.OpenJournal:
        return lambda: deployment.journal(partition, self._folder / "books" / str(partition))

    async def _asked(self, path: str) -> Any:
        door = await self._node.door(NAMESPACE, "pagewire-admin:9090")
        token = self._cluster.kubectl.within(NAMESPACE)(
            "get", "secret", "pagewire-admin", "-o", 'go-template={{index .data "admin-token" | base64decode}}'
        ).stdout
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{door.port}", trust_env=False, timeout=30) as client:
            answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
            return answer.raise_for_status().json()

    async def _until(self, ask: Any, holds: Any) -> None:
        async with asyncio.timeout(_PATIENCE):
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if holds(await ask()):
                        return
                await asyncio.sleep(0.2)


def _is_settled(stats: Any) -> bool:
    lanes = sum(lane["pending"] + lane["retry"] for lane in stats["lanes"])
    return lanes == 0 and not any(stats["outbox"].get(state) for state in ("queued", "sending", "unknown"))


@contextlib.asynccontextmanager
async def estate(cluster: Cluster, folder: Path, *, on_nats: bool) -> AsyncIterator[Estate]:
    """A control plane with controllers and scheduler, a node, and Meta; nothing of ours is installed."""
    if not on_nats:
        cluster.apply(VOLUME)
    cluster.start_controllers(WORKLOADS)
    cluster.start_scheduler()
    public = free_port()
    sim = Simulator(world(public), limits=unlimited())
    await sim.start()
    node = Node(cluster, folder, schedules=False, ports={"pagewire-gateway": public})
    with running_server() if on_nats else contextlib.nullcontext() as nats:
        try:
            async with at_work(node, cluster, folder):
                _may_be_used(cluster)
                yield Estate(cluster, folder, node, sim, nats.url if nats else None)
        finally:
            await sim.stop()


def _may_be_used(cluster: Cluster) -> None:
    """The scheduler wants to know what a node has, and that it is ready."""
    ready = '[{"type": "Ready", "status": "True"}]'
    room = "{" + ", ".join(f'"{name}": "{value}"' for name, value in _CAPACITY.items()) + "}"
    status = f'{{"status": {{"capacity": {room}, "allocatable": {room}, "conditions": {ready}}}}}'
    cluster.kubectl("patch", "node", NODE, "--subresource=status", "--type=merge", "-p", status)
    cluster.kubectl("label", "node", NODE, "topology.kubernetes.io/zone=here", f"kubernetes.io/hostname={NODE}")
    cluster.kubectl("patch", "node", NODE, "--type=merge", "-p", '{"spec": {"taints": null}}')
