"""A stand-in for kube-proxy: a port of this machine for each port of a Service, which leads to a pod that is ready."""

import asyncio
import itertools
from collections.abc import Iterable
from typing import Any

from tests.chaos.door import Door
from tests.charts.helm import Manifest
from tests.charts.node.pod import RunningPod


class ServiceDoor(Door):
    """Leads each connection to the next pod that is ready.

    Args:
        service: of the cluster.
        port: one of its ports.
    """

    def __init__(self, service: Manifest, port: Manifest) -> None:
        super().__init__()
        self._selector = service["spec"]["selector"].items()
        self._namespace, self._target = service["metadata"]["namespace"], port["targetPort"]
        self._turn = itertools.count()
        self.pods: Iterable[RunningPod] = ()

    async def _somebody(self) -> Any:
        places = [place for pod in self.pods if (place := self._place(pod))]
        turn = next(self._turn)
        for host, port in (places[(turn + index) % len(places)] for index in range(len(places))):
            try:
                return await asyncio.open_connection(host, port)
            except ConnectionError:
                continue
        return None

    def _place(self, pod: RunningPod) -> tuple[str, int] | None:
        metadata = pod.manifest["metadata"]
        chosen = metadata["namespace"] == self._namespace and self._selector <= metadata["labels"].items()
        if not (chosen and pod.ready and not pod.stopping):
            return None
        ports = {one["name"]: one["containerPort"] for one in pod.manifest["spec"]["containers"][0]["ports"]}
        return pod.address, ports[self._target]
