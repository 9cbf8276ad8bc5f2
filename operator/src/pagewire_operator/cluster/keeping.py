"""Secrets that resources own: results that the next reconciliation, and the gateway, read."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final

from pagewire.kube import SECRETS, AlreadyExists, Forbidden, KubeClient, KubeError, NotFound, Object, ObjectName
from pagewire.resources import Resource
from pagewire.sealed import Sealed
from pagewire_operator.cluster.secret_view import owner_of, view_of
from pagewire_operator.model import ClusterError, ClusterRefuses, NotOurs, SecretView, World

LABELS: Final = {"app.kubernetes.io/managed-by": "pagewire-operator"}

Values = Mapping[str, Sealed[str]]


class ClusterKeeping:
    """The `Keeping` of a running operator.

    Args:
        client: the API server.
        world: what is known; a Secret that is known to be right is not asked for.
        kept: told of every Secret that was written or read, so that nobody has to wait for the watch.
    """

    def __init__(self, client: KubeClient, world: World, kept: Callable[[SecretView], None]) -> None:
        self._client, self._world, self._kept = client, world, kept

    async def keep(self, owner: Resource, name: str, values: Values) -> None:
        """See `Keeping.keep`."""
        view = self._world.secret(owner.metadata.namespace, name)
        if view is not None and (view.owner, view.values) == (owner.metadata.uid, values):
            return
        try:
            found = await self._keep(owner, name, values)
        except Forbidden as refusal:
            said = f"Secret {name} may not be written: {refusal.message or refusal.reason}"
            raise ClusterRefuses(said) from refusal
        except KubeError as error:
            raise ClusterError(f"Secret {owner.metadata.namespace}/{name} could not be written: {error}") from error
        self._kept(view_of(found))

    async def _keep(self, owner: Resource, name: str, values: Values) -> Object:
        try:
            found = await self._client.get(SECRETS, name, owner.metadata.namespace)
        except NotFound:
            try:
                return await self._client.create(SECRETS, _secret(owner, name, values))
            except AlreadyExists:
                found = await self._client.get(SECRETS, name, owner.metadata.namespace)
        return await self._update(owner, found, values)

    async def _update(self, owner: Resource, found: Object, values: Values) -> Object:
        metadata = found["metadata"]
        place = ObjectName(metadata["namespace"], metadata["name"])
        if owner_of(found) != owner.metadata.uid:
            raise NotOurs(f"Secret {place} exists and is not controlled by {owner.kind} {owner.metadata.name}")
        old, new = found.get("data") or {}, _data(values)
        change = {key: new.get(key) for key in {*old, *new} if old.get(key) != new.get(key)}
        if not change:
            return found
        # Only onto the version whose owner was looked at.
        patch = {"metadata": {"resourceVersion": metadata["resourceVersion"]}, "data": change}
        return await self._client.patch(SECRETS, place.name, place.namespace, patch)


def _secret(owner: Resource, name: str, values: Values) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": owner.metadata.namespace,
            "labels": LABELS,
            "ownerReferences": [_controller(owner)],
        },
        "type": "Opaque",
        "data": _data(values),
    }


def _controller(owner: Resource) -> dict[str, Any]:
    # Not blockOwnerDeletion: that needs a right on the finalizers of the owner, and nothing here waits for its Secrets.
    return {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.metadata.name,
        "uid": owner.metadata.uid,
        "controller": True,
    }


def _data(values: Values) -> dict[str, str]:
    return {key: b64encode(value.reveal().encode()).decode() for key, value in values.items()}
