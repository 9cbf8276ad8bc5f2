"""A real API server that has the five kinds, asked as kubectl would ask: strictly."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from pagewire.resources import API_VERSION
from pagewire.resources.crd import PLURALS

from .documents import Document

ROOT: Final = Path(__file__).parents[3]
CRDS: Final = ROOT / "charts/pagewire/files/crds"
EXAMPLES: Final = ROOT / "deploy/examples"
RBAC: Final = ROOT / "charts/pagewire/files/rbac"

_STRICT: Final = {"fieldValidation": "Strict"}


class Api:
    """Bare requests to the API, in one namespace."""

    def __init__(self, client: httpx.AsyncClient, namespace: str) -> None:
        self._client, self._namespace = client, namespace

    async def judge(self, document: Document) -> httpx.Response:
        """What the server says of a document, without keeping it."""
        return await self._client.post(self._all(document), json=document, params={**_STRICT, "dryRun": "All"})

    @asynccontextmanager
    async def kept(self, document: Document) -> AsyncIterator[Document]:
        """The document as a resource, until the block ends."""
        answer = await self._client.post(self._all(document), json=document, params=_STRICT)
        assert answer.status_code == 201, answer.text
        try:
            yield answer.json()
        finally:
            await self._client.delete(self._one(document))

    async def replace(self, document: Document) -> httpx.Response:
        """Put a document in the place of the resource of that name."""
        seen = (await self._client.get(self._one(document))).json()["metadata"]["resourceVersion"]
        held = {**document, "metadata": {**document["metadata"], "resourceVersion": seen}}
        return await self._client.put(self._one(document), json=held, params=_STRICT)

    async def say(self, document: Document, status: Document) -> httpx.Response:
        """Write the status of a resource, strictly: a field the schema does not know is an error."""
        kind = {"content-type": "application/merge-patch+json"}
        path = f"{self._one(document)}/status"
        return await self._client.patch(path, json={"status": status}, params=_STRICT, headers=kind)

    def _all(self, document: Document) -> str:
        return f"/apis/{API_VERSION}/namespaces/{self._namespace}/{PLURALS[document['kind']]}"

    def _one(self, document: Document) -> str:
        return f"{self._all(document)}/{document['metadata']['name']}"


def named(answer: httpx.Response) -> set[str]:
    """The fields a refusal names."""
    status = answer.json()
    causes = {cause.get("field", "") for cause in status.get("details", {}).get("causes", ())}
    return causes | set(re.findall(r'unknown field "([^"]+)"', status["message"]))
