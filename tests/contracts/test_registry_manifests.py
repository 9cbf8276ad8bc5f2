"""The registry of a folder of manifests keeps the contract, in YAML and in JSON."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import yaml

from pagewire_gateway.registry import ManifestRegistry
from tests.contracts.registry import Desk, Document, RegistryContract


class FolderDesk:
    """A file for each document."""

    def __init__(self, folder: Path, ending: str, write: Callable[[Document], str]) -> None:
        self.registry = ManifestRegistry(folder, poll_seconds=3600)
        self._folder = folder
        self._ending = ending
        self._write = write

    async def put(self, *documents: Document) -> None:
        for document in documents:
            self._file(document).write_text(self._write(document))
        await self.registry.reload()

    async def delete(self, document: Document) -> None:
        self._file(document).unlink()
        await self.registry.reload()

    def _file(self, document: Document) -> Path:
        metadata = document["metadata"]
        return self._folder / f"{document['kind']}.{metadata['namespace']}.{metadata['name']}{self._ending}"


class TestManifests(RegistryContract):
    """Every document in a file of its own, read again on demand."""

    @pytest.fixture(params=[(".yaml", yaml.safe_dump), (".json", json.dumps)], ids=["yaml", "json"])
    async def desk(self, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
        desk = FolderDesk(tmp_path, *request.param)
        await desk.registry.start()
        yield desk
        await desk.registry.aclose()
