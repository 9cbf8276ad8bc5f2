"""A small world in a namespace of its own, as kubectl would apply it."""

from typing import Any

from pagewire.kube import Object

APP_SECRET, PAGE_TOKEN = "s3cr3t-of-the-app", "EAAPAGETOKENOFTHISTEST"
PAGE_ID = "108000000000001"


def document(kind: str, namespace: str, name: str, spec: Object) -> Object:
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def secret(namespace: str, name: str, **values: str) -> Object:
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": values}


def app(namespace: str) -> list[Object]:
    spec = {"appId": "990000000000001", "appSecretRefs": [{"name": "acme-app", "key": "app-secret"}]}
    return [
        secret(namespace, "acme-app", **{"app-secret": APP_SECRET}),
        document("MessengerApp", namespace, "acme", spec),
    ]


def token(namespace: str, name: str = "harbour", **spec: Any) -> Object:
    """By default one that is derived from another, so that only the operator can say where it is kept."""
    wanted = {"appRef": {"name": "acme"}, "type": "Page", "pageId": PAGE_ID, "from": {"tokenRef": {"name": "admin"}}}
    return document("AccessToken", namespace, name, {**wanted, **spec})


def given(name: str = "given", key: str = "token") -> Object:
    """``from`` of a token that a person put into a Secret."""
    return {"from": {"secretRef": {"name": name, "key": key}}}


def page(namespace: str, name: str = "harbour", page_id: str = PAGE_ID, **spec: Any) -> Object:
    wanted = {"appRef": {"name": "acme"}, "pageId": page_id, "tokenRef": {"name": name}}
    return document("MessengerPage", namespace, name, {**wanted, **spec})


def served(namespace: str, value: str = PAGE_TOKEN) -> list[Object]:
    """A Page that can send, with a token that a person gave."""
    return [
        *app(namespace),
        secret(namespace, "given", token=value),
        token(namespace, **given()),
        page(namespace),
    ]
