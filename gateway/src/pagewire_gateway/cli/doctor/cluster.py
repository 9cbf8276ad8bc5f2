"""A cluster: can it be reached, does it know our kinds, may our programs do their work, is an operator at work."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pagewire.kube import LEASES, RESOURCES, Forbidden, KubeClient, KubeError, NotFound, ObjectKind, find_access
from pagewire.resources.crd import manifest
from pagewire_gateway.cli.doctor.cluster_resources import check_cluster_resources
from pagewire_gateway.cli.doctor.cluster_scope import ClusterScope
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning
from pagewire_gateway.cli.doctor.rights import check_rights

_CRDS: Final = ObjectKind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition")
_INSTALL: Final = "pagewire crds | kubectl apply --server-side -f -"
_LEASE: Final = "pagewire-operator"
_SLACK: Final = 5.0
"""Seconds by which this machine's clock may differ from the operator's."""


async def check_cluster(scope: ClusterScope) -> AsyncIterator[Finding]:
    """Look at a cluster with the eyes of whoever asks."""
    try:
        access = find_access(scope.kubeconfig, scope.context)
    except KubeError as error:
        yield failed("cluster", str(error), "Name one with --kubeconfig and --context.")
        return
    async with KubeClient(access, agent="pagewire-doctor") as client:
        try:
            async for finding in _checks(client, scope):
                yield finding
        except KubeError as error:
            yield failed("cluster", f"{access.server}: {error}", "Check --kubeconfig and --context, and your rights.")


async def _checks(client: KubeClient, scope: ClusterScope) -> AsyncIterator[Finding]:
    kinds = [await _kind(client, kind) for kind in RESOURCES]
    yield ok("cluster", f"{client.access.server} answers")
    wrong = [finding for finding in kinds if finding is not None]
    for finding in wrong or [ok("crds", f"all {len(kinds)} kinds are installed, as this release has them")]:
        yield finding
    for finding in await check_rights(client, scope.home, scope.namespaces or ("",)):
        yield finding
    yield await _lease(client, scope.home)
    if not any(finding.found.endswith("is not installed") for finding in wrong):
        async for finding in check_cluster_resources(client, scope.namespaces or ("",)):
            yield finding


async def _kind(client: KubeClient, kind: str) -> Finding | None:
    """What is wrong with the definition of a kind."""
    name = str(RESOURCES[kind])
    try:
        found = await client.get(_CRDS, name)
    except NotFound:
        return failed("crds", f"{name} is not installed", f"Install it: {_INSTALL}")
    except Forbidden:
        return skipped("crds", f"you may not read {name}", "Ask with a user who may read CustomResourceDefinitions.")
    if _within(manifest(kind)["spec"]["versions"], found["spec"]["versions"]):
        return None
    return warning("crds", f"{name} is of another release", f"Upgrade it before the operator: {_INSTALL}")


def _within(ours: Any, there: Any) -> bool:
    """Whether the API server has all that we wrote; it adds defaults of its own and leaves out what is empty."""
    if isinstance(ours, Mapping) and ours:
        return isinstance(there, Mapping) and all(_within(value, there.get(key)) for key, value in ours.items())
    if not ours:
        return not there
    if isinstance(ours, list):
        return isinstance(there, list) and len(ours) == len(there) and all(map(_within, ours, there))
    return bool(ours == there)


async def _lease(client: KubeClient, home: str) -> Finding:
    start = f"Start the operator in namespace {home}; --home NAMESPACE looks elsewhere."
    try:
        spec = (await client.get(LEASES, _LEASE, home)).get("spec") or {}
    except NotFound:
        return failed("operator", f"no operator has been at work: there is no Lease {home}/{_LEASE}", start)
    except Forbidden:
        return skipped("operator", f"you may not read Lease {home}/{_LEASE}", "Ask with a user who may.")
    holder, renewed = spec.get("holderIdentity"), spec.get("renewTime")
    if not holder or not renewed:
        return failed("operator", "nobody holds the Lease: no operator is at work", start)
    age = (datetime.now(UTC) - datetime.fromisoformat(renewed)).total_seconds()
    if age > float(spec.get("leaseDurationSeconds") or 15) + _SLACK:
        said = f"{holder} has not renewed its Lease for {age:.0f} s by this machine's clock: no operator is at work"
        return failed("operator", said, f"{start} If one runs, its log says why.")
    return ok("operator", f"{holder} is at work and renewed its Lease {max(0.0, age):.0f} s ago")
