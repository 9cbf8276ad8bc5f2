"""What is applied: one app, and N Pages with a token each."""

import asyncio
from collections.abc import Iterator
from typing import Any

from pagewire.kube import NAMESPACES, RESOURCES, SECRETS, KubeClient
from pagewire.resources import API_VERSION

NAMESPACE = "bench"
CLIENTS = 32
"""Objects are created by so many at once."""

Document = dict[str, Any]

_PROFILE = {"getStarted": {"payload": "START"}, "greeting": [{"locale": "default", "text": "Ahoy!"}]}
_FIELDS = ["messages", "messaging_postbacks", "message_reads", "message_echoes", "messaging_handovers"]


def name_of(number: int) -> str:
    """Name of a MessengerPage, its AccessToken and its Secret."""
    return f"page-{number:05d}"


def token_of(number: int) -> str:
    """The token of a Page."""
    return f"EAABENCHTOKEN{number:05d}"


def app() -> list[Document]:
    """The app and its Secret."""
    spec = {"appId": "990000000000001", "appSecretRefs": [{"name": "app", "key": "secret"}]}
    return [_secret("app", "secret", "bench-app-secret"), _resource("MessengerApp", "app", spec)]


def page(number: int) -> list[Document]:
    """A Page with its token, in the order in which people apply them."""
    name, page_id = name_of(number), str(108_000_000_000_001 + number)
    source = {"secretRef": {"name": name, "key": "token"}}
    token = {"appRef": {"name": "app"}, "type": "Page", "pageId": page_id, "from": source}
    spec = {"appRef": {"name": "app"}, "pageId": page_id, "tokenRef": {"name": name}}
    return [
        _secret(name, "token", token_of(number)),
        _resource("AccessToken", name, token),
        _resource("MessengerPage", name, {**spec, "subscribedFields": _FIELDS, "profile": _PROFILE}),
    ]


def documents(pages: int) -> Iterator[Document]:
    """All of it."""
    yield from app()
    for number in range(pages):
        yield from page(number)


async def create(client: KubeClient, pages: int) -> None:
    """Create everything, many clients at once, each Page in order."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    await client.create(NAMESPACES, namespace)
    await _create(client, app())
    numbers = iter(range(pages))

    async def work() -> None:
        for number in numbers:
            await _create(client, page(number))

    await asyncio.gather(*(work() for _ in range(CLIENTS)))


async def change_token(client: KubeClient, number: int, token: str) -> None:
    """Write another token into a Page's Secret."""
    await client.patch(SECRETS, name_of(number), NAMESPACE, {"stringData": {"token": token}})


async def _create(client: KubeClient, found: list[Document]) -> None:
    for document in found:
        kind = document["kind"]
        await client.create(SECRETS if kind == "Secret" else RESOURCES[kind], document)


def _secret(name: str, key: str, value: str) -> Document:
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {key: value}}


def _resource(kind: str, name: str, spec: Document) -> Document:
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}
