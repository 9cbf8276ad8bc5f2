"""What the stand-in asks of the API server."""

from typing import Any

import httpx

from tests.charts.helm import Manifest
from tests.kube.cluster import Cluster


class Api:
    """The API server, as an admin: the stand-in is scheduler and kubelet at once."""

    def __init__(self, cluster: Cluster) -> None:
        self._http = cluster.http()

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def items(self, path: str, **query: str) -> list[Manifest]:
        """Everything of a kind, such as ``pods``, in all namespaces."""
        answer = await self._http.get(f"/api/v1/{path}", params=query)
        found: list[Manifest] = answer.raise_for_status().json()["items"]
        return found

    async def get(self, path: str) -> Any:
        """One object of the core API."""
        return (await self._http.get(f"/api/v1/{path}")).raise_for_status().json()

    async def bind(self, pod: Manifest, node: str) -> None:
        """Put a pod on a node."""
        metadata = pod["metadata"]
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": metadata["name"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        }
        answer = await self._http.post(f"/api/v1/{_path(pod)}/binding", json=binding)
        _unless_gone(answer)

    async def status(self, pod: Manifest, status: Manifest) -> None:
        """Write what a pod's status is now."""
        headers = {"content-type": "application/strategic-merge-patch+json"}
        answer = await self._http.patch(f"/api/v1/{_path(pod)}/status", json={"status": status}, headers=headers)
        _unless_gone(answer)

    async def gone(self, pod: Manifest) -> None:
        """Take a pod away for good: its process has ended."""
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        answer = await self._http.request("DELETE", f"/api/v1/{_path(pod)}", json=options)
        _unless_gone(answer)


def _path(pod: Manifest) -> str:
    return f"namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def _unless_gone(answer: httpx.Response) -> None:
    if answer.status_code not in {httpx.codes.NOT_FOUND, httpx.codes.CONFLICT}:
        answer.raise_for_status()
