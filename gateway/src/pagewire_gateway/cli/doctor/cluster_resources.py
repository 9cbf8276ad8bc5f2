"""The resources of a cluster: which are not Ready and why, and which Secrets they name in vain."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Final

from pagewire.kube import RESOURCES, SECRETS, Forbidden, KubeClient, NotFound, Object, Selection, name_of
from pagewire.resources import InvalidResourceError, decode
from pagewire.resources.advice import ADVICE
from pagewire.resources.conditions import Reason
from pagewire.resources.references import secret_refs
from pagewire_gateway.cli.doctor.cluster_claims import contested
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning

_MOST: Final = 50
"""Findings of a sort that are shown; the rest is counted."""

Wanted = dict[tuple[str, str], dict[str, str]]
"""By namespace and name of a Secret, the keys that are named and by whom."""


async def check_cluster_resources(client: KubeClient, namespaces: Iterable[str]) -> AsyncIterator[Finding]:
    """Look at every resource, and at the Secrets they name.

    Raises:
        KubeError: they cannot be listed.
    """
    found = [item async for item in _all(client, namespaces)]
    for finding in _shortened("resources", _unready(found)):
        yield finding
    if not found:
        yield warning("resources", "there are none", "Apply some: deploy/examples shows each kind.")
        return
    ready = sum(_condition(item, "Ready").get("status") == "True" for item in found)
    yield ok("resources", f"{ready} of {len(found)} are Ready")
    for finding in _shortened("claims", contested(found)):
        yield finding
    for finding in _shortened("secrets", await _missing(client, _wanted(found))):
        yield finding


async def _all(client: KubeClient, namespaces: Iterable[str]) -> AsyncIterator[Object]:
    for namespace in namespaces:
        for kind in RESOURCES.values():
            async for page in client.pages(kind, Selection(namespace)):
                for item in page.items:
                    yield {**item, "kind": kind.kind}


def _unready(found: Iterable[Object]) -> Iterator[Finding]:
    for item in found:
        ready, name = _condition(item, "Ready"), f"{item['kind']} {name_of(item)}"
        if not ready or ready.get("observedGeneration") != item["metadata"].get("generation"):
            yield warning(
                "resources", f"{name} was not looked at since it changed", "See whether an operator is at work."
            )
        elif ready["status"] != "True":
            yield _not_ready(item, f"{name}: {ready['reason']}: {ready['message']}", ready)


def _not_ready(item: Object, said: str, ready: Mapping[str, Any]) -> Finding:
    if item["spec"].get("managementPolicy") == "Observe":
        steps = len((item.get("status") or {}).get("plan") or [])
        fix = f"It is only observed, and {steps} steps are in status.plan; managementPolicy: Manage has them done."
        return warning("resources", said, fix)
    say = failed if ready["status"] == "False" else warning
    return say("resources", said, _advice(ready["reason"]))


def _advice(reason: str) -> str:
    return ADVICE[Reason(reason)] if reason in set(Reason) else "kubectl describe tells more."


def _condition(item: Object, about: str) -> Mapping[str, Any]:
    conditions = (item.get("status") or {}).get("conditions") or []
    return next((one for one in conditions if one["type"] == about), {})


def _wanted(found: Iterable[Object]) -> Wanted:
    wanted: Wanted = {}
    for item in found:
        try:
            resource = decode(item)
        except InvalidResourceError:
            continue  # of another release; the operator says so in its status
        for path, ref in secret_refs(resource):
            keys = wanted.setdefault((resource.metadata.namespace, ref.name), {})
            keys[ref.key] = f"{resource.kind} {resource.metadata.name}, {path}"
    return wanted


async def _missing(client: KubeClient, wanted: Wanted) -> list[Finding]:
    told: list[Finding] = []
    for (namespace, name), keys in wanted.items():
        try:
            there = (await client.get(SECRETS, name, namespace)).get("data") or {}
        except Forbidden:
            return [skipped("secrets", f"you may not read Secrets of {namespace}", "Ask with a user who may.")]
        except NotFound:
            said = f"Secret {namespace}/{name} does not exist; {next(iter(keys.values()))} names it"
            told.append(failed("secrets", said, f"Create it with key {', '.join(sorted(keys))}."))
            continue
        for key, by in keys.items():
            if not there.get(key):
                said = f"Secret {namespace}/{name} has no key {key}; {by} names it"
                told.append(failed("secrets", said, f"Add key {key}, or correct the reference."))
    return told or [ok("secrets", f"all {len(wanted)} that are named exist, with their keys")]


def _shortened(check: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    every = list(findings)
    yield from every[:_MOST]
    if len(every) > _MOST:
        yield warning(check, f"{len(every) - _MOST} more like these", "Name one namespace with -n NAME.")
