"""Manifests of tokens and what they need, to be bent by the tests."""

from typing import Any

from pagewire.resources import API_VERSION, AccessToken, decode
from pagewire.simulator.world import APP_ID, PAGE_ID, SYSTEM_USER_ID

Document = dict[str, Any]
NAMESPACE = "support"
SECRET = "s3cr3t-app-secret-for-tests"
INSTAGRAM_SECRET = "s3cr3t-instagram-secret-for-tests"


def document(kind: str, name: str, spec: Document, **metadata: Any) -> Document:
    meta = {"name": name, "namespace": NAMESPACE, "uid": f"uid-{name}", "generation": 1, **metadata}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": meta, "spec": spec}


def secret(name: str, **values: str) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "stringData": {key.replace("_", "-"): value for key, value in values.items()},
    }


def app(*keys: str, **spec: Any) -> Document:
    refs = [{"name": "acme-app", "key": key} for key in keys or ("app-secret",)]
    instagram = {"appId": APP_ID, "appSecretRef": {"name": "acme-app", "key": "instagram-secret"}}
    return document("MessengerApp", "acme", {"appId": APP_ID, "appSecretRefs": refs, "instagram": instagram, **spec})


def app_secret(**values: str) -> Document:
    return secret("acme-app", **{"app_secret": SECRET, "instagram_secret": INSTAGRAM_SECRET, **values})


def token(name: str, type_: str, source: Document, *, metadata: Document | None = None, **spec: Any) -> Document:
    wanted = {"appRef": {"name": "acme"}, "type": type_, "from": source, **spec}
    if type_ == "Page":
        wanted.setdefault("pageId", PAGE_ID)
    return document("AccessToken", name, wanted, **metadata or {})


def given(name: str, type_: str, **spec: Any) -> Document:
    """A token from Secret `<name>-given`, key token."""
    return token(name, type_, {"secretRef": {"name": f"{name}-given", "key": "token"}}, **spec)


def derived(name: str, parent: str, **spec: Any) -> Document:
    return token(name, "Page", {"tokenRef": {"name": parent}}, **spec)


def generated(name: str, parent: str, *, expiring: bool = False, robot: str = SYSTEM_USER_ID, **spec: Any) -> Document:
    source = {"systemUser": {"systemUserId": robot, "tokenRef": {"name": parent}, "expiring": expiring}}
    wanted = {"scopes": ["pages_show_list", "pages_messaging"], **spec}
    return token(name, "SystemUser", source, **wanted)


def resource(made: Document) -> AccessToken:
    found = decode(made)
    assert isinstance(found, AccessToken)
    return found
