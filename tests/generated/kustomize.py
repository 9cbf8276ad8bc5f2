"""deploy/kustomize: the chart's own manifests, less what is Helm's, as bases."""

from functools import cache, partial
from typing import Any, Final

import yaml

from tests.charts.helm import rendered

Manifest = dict[str, Any]
_HEAD: Final = "# Written by `python -m tests.generated` from charts/pagewire; change the chart instead.\n"
_NATS: Final = ("journal.kind=nats", "journal.nats.servers={nats://nats.nats.svc:4222}", "journal.nats.replicas=3")
_BASES: Final[dict[str, tuple[str, ...]]] = {
    "operator": ("gateway.enabled=false",),
    "single": ("operator.enabled=false", "gateway.admin.existingSecret=pagewire-admin"),
    "nats": ("operator.enabled=false", "gateway.admin.existingSecret=pagewire-admin", *_NATS),
}


def files() -> dict[str, Any]:
    """Each file's path from the root of the repository, and the function that gives its text."""
    return {
        f"deploy/kustomize/{base}/{name}.yaml": partial(text, base, name)
        for base in _BASES
        for name in ("kustomization", *_parts(base))
    }


def _parts(base: str) -> tuple[str, ...]:
    return {"operator": ("operator", "people"), "single": ("gateway",), "nats": ("gateway", "worker")}[base]


def text(base: str, name: str) -> str:
    """One file of a base."""
    if name == "kustomization":
        resources = [f"{part}.yaml" for part in _parts(base)]
        head = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
        return _HEAD + yaml.safe_dump({**head, "namespace": "pagewire-system", "resources": resources}, sort_keys=False)
    return _HEAD + yaml.safe_dump_all(_of(base)[name], sort_keys=False, width=150)


@cache
def _of(base: str) -> dict[str, list[Manifest]]:
    people = () if base == "operator" else ("rbac.aggregate=false",)
    found: dict[str, list[Manifest]] = {name: [] for name in _parts(base)}
    for one in rendered("", "crds.enabled=false", "tests.enabled=false", *people, *_BASES[base]):
        found[one["metadata"]["labels"]["app.kubernetes.io/component"]].append(_plain(one))
    return found


def _plain(manifest: Manifest) -> Manifest:
    """Without the labels that only Helm may set."""
    bare: Manifest = yaml.safe_load(yaml.safe_dump(manifest))
    for metadata in (bare["metadata"], bare.get("spec", {}).get("template", {}).get("metadata", {})):
        for label in ("helm.sh/chart", "app.kubernetes.io/managed-by"):
            metadata.get("labels", {}).pop(label, None)
    return bare
