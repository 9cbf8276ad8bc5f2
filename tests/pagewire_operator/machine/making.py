"""Objects as the API server would send them."""

from typing import Any

from pagewire.kube import Object
from pagewire_operator.known import Known, read


def page(name: str = "harbour", namespace: str = "support", *, version: int = 1, **metadata: Any) -> Object:
    return {
        "apiVersion": "pagewire.dev/v1alpha1",
        "kind": "MessengerPage",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{namespace}-{name}",
            "generation": 1,
            "resourceVersion": str(version),
            "creationTimestamp": "2026-11-22T10:00:00Z",
            **metadata,
        },
        "spec": {"appRef": {"name": "acme"}, "pageId": "108000000000001"},
    }


def app(name: str = "acme", namespace: str = "support", *secrets: str) -> Object:
    refs = [{"name": secret, "key": "app-secret"} for secret in secrets]
    return {
        **page(name, namespace),
        "kind": "MessengerApp",
        "spec": {
            "appId": "990000000000001",
            "appSecretRefs": refs,
            "verifyTokenRef": {"name": "verify", "key": "token"},
        },
    }


def known(found: Object) -> Known:
    return read(found, found["kind"])


def with_status(found: Object, *conditions: tuple[str, str], generation: int = 1, **more: Any) -> Object:
    told = [
        {
            "type": kind,
            "status": status,
            "reason": "Reconciled",
            "message": "So it is.",
            "observedGeneration": generation,
        }
        for kind, status in conditions
    ]
    return {**found, "status": {"observedGeneration": generation, "conditions": told, **more}}
