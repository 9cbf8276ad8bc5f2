"""Status and finalizer of our resources: written only if they change, and only onto the version that was looked at."""

import logging
from typing import Any, Final

from pagewire.kube import RESOURCES, KubeClient, Object
from pagewire.resources import Status
from pagewire_operator.cluster.merge import status_patch
from pagewire_operator.known import FINALIZER, Known, read

_log: Final = logging.getLogger(__name__)


class Writer:
    """Changes resources. Every method raises `KubeError`, and `Conflict` if somebody else was first."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._warned = False

    async def status(self, known: Known, status: Status) -> Known:
        """Write a status; the resource as it is then. No request is made if nothing changes."""
        patch = status_patch(known.status, status)
        if not patch:
            return known
        now = await self._patch(known, {"status": patch}, status=True)
        self._compare(now, status)
        return now

    async def hold(self, known: Known) -> Known:
        """Put the finalizer there; the resource as it is then."""
        return await self._finalizers(known, [*known.metadata.finalizers, FINALIZER])

    async def release(self, known: Known) -> Known:
        """Take the finalizer away; the resource as it is then, which may be gone."""
        return await self._finalizers(known, [name for name in known.metadata.finalizers if name != FINALIZER])

    async def fetch(self, known: Known) -> Known:
        """The resource as it is now."""
        key = known.key
        return read(await self._client.get(RESOURCES[key.kind], key.name, key.namespace), key.kind)

    async def _finalizers(self, known: Known, wanted: list[str]) -> Known:
        if wanted == known.metadata.finalizers:
            return known
        return await self._patch(known, {"metadata": {"finalizers": wanted}})

    async def _patch(self, known: Known, change: dict[str, Any], *, status: bool = False) -> Known:
        metadata = {**change.get("metadata", {}), "resourceVersion": known.version, "uid": known.metadata.uid}
        patch: Object = {**change, "metadata": metadata}
        key = known.key
        answer = await self._client.patch(RESOURCES[key.kind], key.name, key.namespace, patch, status=status)
        return read(answer, key.kind)

    def _compare(self, now: Known, wanted: Status) -> None:
        if self._warned or now.status is None or not status_patch(now.status, wanted):
            return
        self._warned = True
        lost = ", ".join(status_patch(now.status, wanted))
        _log.warning(
            "the cluster did not keep every field of a status (%s of %s): its CustomResourceDefinitions are of another release; "
            "apply the ones that `pagewire crds` prints",
            lost,
            now.key,
        )
