"""A whole town: a real API server, the operator and the gateway as processes with their own service accounts, and Meta."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx

from pagewire.resources import API_VERSION
from pagewire.resources.crd import PLURALS
from pagewire.simulator import DeliveryOptions, Limits, Simulator, World
from tests.e2e.programs import PATIENCE, ROOT, Program, running
from tests.kube.cluster import Cluster
from tests.ports import free_port
from tests.whole.system import QUICK

__all__ = ["OPERATOR", "PATIENCE", "ROOT", "SYSTEM", "Program", "Town", "running"]

CRDS = ROOT / "charts" / "pagewire" / "files" / "crds"
RBAC = ROOT / "charts" / "pagewire" / "files" / "rbac"
SYSTEM = "pagewire-system"
OPERATOR = {
    "PAGEWIRE_RESYNC": "2s",
    "PAGEWIRE_PROBE": "6s",
    "PAGEWIRE_PROFILE_PAUSE": "6s",
    "PAGEWIRE_GRAPH_FIRST_RETRY": "1s",
    "PAGEWIRE_DELETION_TIMEOUT": "4s",
    "PAGEWIRE_LEASE_DURATION": "3",
    "PAGEWIRE_LEASE_RENEW_DEADLINE": "2",
    "PAGEWIRE_LEASE_RETRY": "0.3",
    "PAGEWIRE_AUDIT_AGAIN": "2",
}
"""Every wait that a test need not sit through."""


class Town:
    """Everything, with the simulator in the test's own process.

    Args:
        cluster: nobody else's: operator and gateway look at all of its namespaces.
        folder: for data and logs.
        world: what exists at Meta.
        webhooks: origin to which Meta delivers; that of the gateway by default.
    """

    def __init__(self, cluster: Cluster, folder: Path, world: World, webhooks: str | None = None) -> None:
        self.cluster, self.folder = cluster, folder
        self.public, self.admin = free_port(), free_port()
        delivery = DeliveryOptions(webhook_base=webhooks or f"http://127.0.0.1:{self.public}")
        self.sim = Simulator(world, limits=Limits(), delivery=delivery)
        self._operators = 0

    async def __aenter__(self) -> Self:
        """Meta is up, the cluster knows our kinds, and nothing of ours runs."""
        await asyncio.to_thread(self.cluster.install_crds, CRDS)
        self._operator = await asyncio.to_thread(
            self.cluster.identity, "pagewire-operator", RBAC / "operator.yaml", namespace=SYSTEM
        )
        self._gateway = await asyncio.to_thread(
            self.cluster.identity, "pagewire-gateway", RBAC / "gateway.yaml", namespace=SYSTEM
        )
        self.api = self.cluster.http()
        await self.sim.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sim.stop()
        await self.api.aclose()

    @property
    def meta(self) -> dict[str, str]:
        """How programs find Meta."""
        return {
            "PAGEWIRE_GRAPH_URL": self.sim.graph_url,
            "PAGEWIRE_INSTAGRAM_GRAPH_URL": self.sim.instagram_graph_url,
            "PAGEWIRE_INSTAGRAM_OAUTH_URL": self.sim.instagram_api_url,
        }

    def operator(self, module: str = "pagewire_operator", **environment: str) -> Program:
        """One replica of the operator, not started."""
        self._operators += 1
        port = free_port()
        command = ["-m", module, "--listen", f"127.0.0.1:{port}", "--log-level", "debug"]
        mine = {"KUBECONFIG": str(self._operator.kubeconfig), "PAGEWIRE_LEASE_NAMESPACE": SYSTEM}
        whole = {**self.meta, **OPERATOR, **mine, **environment}
        name = f"operator-{self._operators}"
        return Program(name, self.folder, command, f"http://127.0.0.1:{port}", "/readyz", whole)

    def mortals(self, deaths: Mapping[str, int]) -> Program:
        """An operator for each of these namespaces that dies at its so manieth change; see `tests.e2e.mortal`."""
        self._operators += 1
        command = ["-m", "tests.e2e.mortal", *(f"{namespace}={number}" for namespace, number in deaths.items())]
        mine = {"KUBECONFIG": str(self._operator.kubeconfig), "PAGEWIRE_RESYNC": "10m"}
        return Program(f"mortals-{self._operators}", self.folder, command, "", "", {**self.meta, **OPERATOR, **mine})

    def gateway(self, **environment: str) -> Program:
        """The gateway on this cluster, not started."""
        ports = ["--public", f"127.0.0.1:{self.public}", "--admin", f"127.0.0.1:{self.admin}"]
        command = ["-m", "pagewire_gateway.cli", "serve", "--cluster", "--data", str(self.folder / "data"), *ports]
        whole = {**self.meta, **QUICK, "KUBECONFIG": str(self._gateway.kubeconfig), **environment}
        return Program("gateway", self.folder, command, f"http://127.0.0.1:{self.admin}", "/readyz", whole)

    async def kubectl(self, *words: str, text: str | None = None) -> str:
        """What kubectl prints."""
        done = await self.cluster.kubectl.aio(*words, input=text)
        return str(done.stdout)

    async def until(self, holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """Wait until something is true, which may be awaitable; returns it.

        Raises:
            AssertionError: it never was; says `what` never was.
        """
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = holds()
                    said = await found if isinstance(found, Awaitable) else found
                    if said:
                        return said
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"never {what}") from None

    async def resource(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        """One resource as the API server has it; None if there is none."""
        answer = await self.api.get(f"/apis/{API_VERSION}/namespaces/{namespace}/{PLURALS[kind]}/{name}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def conditions(self, kind: str, namespace: str, name: str) -> dict[str, tuple[str, str]]:
        """Status and reason of what a resource says of its newest generation, by type of the condition."""
        found = await self.resource(kind, namespace, name)
        if found is None:
            return {}
        told = found.get("status", {}).get("conditions", [])
        newest = [one for one in told if one["observedGeneration"] == found["metadata"]["generation"]]
        return {one["type"]: (one["status"], one["reason"]) for one in newest}

    async def until_says(self, kind: str, namespace: str, name: str, **wanted: str) -> None:
        """Wait until a resource says all of this at once, as in ``Ready="True"`` or ``Synced="False GraphUnavailable"``."""
        last: dict[str, tuple[str, str]] = {}

        async def said() -> bool:
            last.clear()
            last.update(await self.conditions(kind, namespace, name))
            return all(_fits(last.get(about), what) for about, what in wanted.items())

        try:
            await self.until(said, "")
        except AssertionError:
            raise AssertionError(f"{kind} {namespace}/{name} never said {wanted}; it says {last}") from None

    async def until_gone(self, kind: str, namespace: str, name: str) -> None:
        """Wait until there is no such resource."""

        async def gone() -> bool:
            return await self.resource(kind, namespace, name) is None

        await self.until(gone, f"gone: {kind} {namespace}/{name}")

    async def events(self, namespace: str, kind: str, name: str) -> list[tuple[str, str]]:
        """Reason and message of the Events about one resource."""
        selector = f"involvedObject.kind={kind},involvedObject.name={name}"
        answer = await self.api.get(f"/api/v1/namespaces/{namespace}/events", params={"fieldSelector": selector})
        return [(one["reason"], one["message"]) for one in answer.raise_for_status().json()["items"]]

    async def until_event(self, namespace: str, kind: str, name: str, *reasons: str) -> str:
        """Wait for an Event of one of these reasons; returns its message."""
        told: list[tuple[str, str]] = []

        async def heard() -> str | None:
            told[:] = await self.events(namespace, kind, name)
            return next((message for why, message in told if why in reasons), None)

        try:
            return str(await self.until(heard, ""))
        except AssertionError:
            raise AssertionError(f"no Event {reasons} about {kind} {namespace}/{name}; there are {told}") from None

    async def apply(self, *documents: dict[str, Any]) -> None:
        """``kubectl apply``."""
        await self.kubectl("apply", "-f", "-", text=_list(documents))

    async def delete(self, *documents: dict[str, Any]) -> None:
        """``kubectl delete`` of them; does not wait for their end."""
        await self.kubectl("delete", "--wait=false", "-f", "-", text=_list(documents))


def _list(documents: Iterable[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(documents)})


def _fits(said: tuple[str, str] | None, wanted: str) -> bool:
    status, _, reason = wanted.partition(" ")
    return said is not None and said[0] == status and reason in ("", said[1])
