"""The node: takes pods up, lets them go, and knows where they are."""

import asyncio
import base64
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from tests.charts.helm import Manifest
from tests.charts.node.api import Api
from tests.charts.node.container import Place, command, environment
from tests.charts.node.pod import RunningPod
from tests.charts.node.services import ServiceDoor
from tests.charts.node.volumes import Volumes
from tests.kube.cluster import Cluster
from tests.kube.kubelet import NODE, kubelet

_LOOK: Final = 0.1


class Node:
    """Pods of a cluster at work on this machine.

    Args:
        cluster: nobody else's.
        folder: for volumes and logs.
        schedules: put pods on itself; without it a real scheduler does.
        hurry: by what the seconds of preStop are multiplied.
        ports: of this machine, by name of the Service that they lead to; free ones by default.
    """

    def __init__(
        self,
        cluster: Cluster,
        folder: Path,
        *,
        schedules: bool = True,
        hurry: float = 1.0,
        ports: Mapping[str, int] | None = None,
    ) -> None:
        self._cluster, self._folder, self._ports = cluster, folder, ports or {}
        self._schedules, self._hurry = schedules, hurry
        self._api = Api(cluster)
        self._secrets: dict[tuple[str, str], Manifest] = {}
        self._volumes = Volumes(folder, lambda namespace, name: self._secrets[namespace, name])
        self._network, self._numbers = random.randrange(1, 1 << 15), itertools.count(2)
        self.pods: dict[str, RunningPod] = {}
        """Those that are here, by uid."""
        self.doors: dict[tuple[str, str], ServiceDoor] = {}
        """By namespace and ``name:port``."""
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}

    def named(self, name: str) -> RunningPod:
        """The pod of that name, the newest one."""
        return next(pod for pod in reversed(self.pods.values()) if pod.manifest["metadata"]["name"] == name)

    async def run(self) -> None:
        """Look after pods until it is cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(_LOOK)
        finally:
            await self._close()

    async def door(self, namespace: str, name: str) -> ServiceDoor:
        """The port of this machine that leads to a Service, as ``name:port``."""
        while (namespace, name) not in self.doors:
            await asyncio.sleep(_LOOK)
        return self.doors[namespace, name]

    async def _look(self) -> None:
        await self._open_doors()
        for pod in await self._api.items("pods"):
            metadata, spec = pod["metadata"], pod["spec"]
            if "nodeName" not in spec:
                if self._schedules and await self._has_volumes(pod):
                    await self._api.bind(pod, NODE)
            elif spec["nodeName"] == NODE and metadata["uid"] not in self.pods and "deletionTimestamp" not in metadata:
                await self._take(pod)
            elif "deletionTimestamp" in metadata:
                self._let_go(pod)

    async def _has_volumes(self, pod: Manifest) -> bool:
        namespace = pod["metadata"]["namespace"]
        claims = {
            one["metadata"]["name"]: one
            for one in await self._api.items(f"namespaces/{namespace}/persistentvolumeclaims")
        }
        names = [
            one["persistentVolumeClaim"]["claimName"]
            for one in pod["spec"].get("volumes", [])
            if "persistentVolumeClaim" in one
        ]
        return all(claims.get(name, {}).get("status", {}).get("phase") == "Bound" for name in names)

    async def _take(self, pod: Manifest) -> None:
        namespace = pod["metadata"]["namespace"]
        for secret in await self._api.items(f"namespaces/{namespace}/secrets"):
            self._secrets[namespace, secret["metadata"]["name"]] = secret
        container = pod["spec"]["containers"][0]
        address = f"127.{64 + (self._network >> 8)}.{self._network & 255}.{next(self._numbers)}"
        services = {name: f"127.0.0.1:{door.port}" for (home, name), door in self.doors.items() if home == namespace}
        place = Place(address, self._volumes.mounts(pod), services)
        variables = environment(container, pod, lambda name, key: self._secret(namespace, name, key), place)
        log = self._folder / f"{pod['metadata']['name']}.log"
        running = RunningPod(
            pod, address, command(container, place), variables | await self._token(pod), log, self._api, self._hurry
        )
        self.pods[pod["metadata"]["uid"]] = running
        self._tasks[pod["metadata"]["uid"]] = [asyncio.create_task(running.live())]

    async def _token(self, pod: Manifest) -> dict[str, str]:
        """Where a container finds the token of its account; a process is told by a variable."""
        spec, namespace = pod["spec"], pod["metadata"]["namespace"]
        if not spec.get("automountServiceAccountToken"):
            return {}
        account = await asyncio.to_thread(self._cluster.account, spec["serviceAccountName"], namespace)
        return {"KUBECONFIG": str(account.kubeconfig), "PAGEWIRE_LEASE_NAMESPACE": namespace}

    def _secret(self, namespace: str, name: str, key: str) -> str:
        return base64.b64decode(self._secrets[namespace, name]["data"][key]).decode()

    def _let_go(self, pod: Manifest) -> None:
        running = self.pods.get(pod["metadata"]["uid"])
        if running is not None and not running.stopping:
            running.stopping = True
            self._tasks[pod["metadata"]["uid"]].append(asyncio.create_task(running.stop()))
        elif running is None and "nodeName" not in pod["spec"]:
            self._tasks.setdefault("", []).append(asyncio.create_task(self._api.gone(pod)))

    async def _open_doors(self) -> None:
        for service in await self._api.items("services"):
            for port in service["spec"]["ports"] if "selector" in service["spec"] else ():
                key = service["metadata"]["namespace"], f"{service['metadata']['name']}:{port['port']}"
                if key not in self.doors:
                    door = ServiceDoor(service, port)
                    door.pods = self.pods.values()
                    await door.start(self._ports.get(service["metadata"]["name"], 0))
                    self.doors[key] = door

    async def _close(self) -> None:
        tasks = [task for group in self._tasks.values() for task in group]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for pod in self.pods.values():
            pod.kill()
        for door in self.doors.values():
            await door.stop()
        await self._api.aclose()


@contextlib.asynccontextmanager
async def at_work(node: Node, cluster: Cluster, folder: Path) -> AsyncIterator[Node]:
    """A node that looks after pods; an error of its own ends the test."""
    async with kubelet(cluster, lambda name: node.named(name).address, lambda name: folder / f"{name}.log"):
        running = asyncio.create_task(node.run())
        try:
            yield node
        finally:
            if running.done():
                running.result()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
