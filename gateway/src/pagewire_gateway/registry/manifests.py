"""The registry of a folder of manifests: the same YAML a cluster takes, on a laptop or in a mounted ConfigMap."""

import asyncio
import logging
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from pagewire.locks import Locks
from pagewire.manifests.problems import Problem, Severity

from .ended import Ended
from .following import Following
from .port import Name, Spoken
from .served import Served

LOG: Final = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.5
MAX_FILE_BYTES: Final = 8 * 2**20
REST: Final = 19
"""Times a look at the folder took that we rest after it: at most a twentieth of a core for huge folders."""


class ManifestErrors(Exception):
    """The manifests cannot be served as they are; all that is wrong with them, at once."""

    def __init__(self, folder: Path, problems: tuple[Problem, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n  ".join([f"{count} in {folder}:", *map(str, problems)]))
        self.problems = problems


class ManifestRegistry(Served):
    """A `Registry` that reads ``*.yaml``, ``*.yml`` and ``*.json`` of a folder, and reads them again when they change.

    Args:
        folder: Where the manifests are; folders in it are read too.
        poll_seconds: How often to look for changes.
        max_file_bytes: Larger files are refused.
        locks: Unlock values of Secrets; without them locked ones are refused.
    """

    def __init__(
        self,
        folder: Path,
        *,
        poll_seconds: float = POLL_SECONDS,
        max_file_bytes: int = MAX_FILE_BYTES,
        locks: Locks | None = None,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._poll_seconds = poll_seconds
        self._following = Following(folder, max_file_bytes, locks)
        self._one_look = threading.Lock()
        self._watcher: asyncio.Task[None] | None = None

    async def start(self, *, strict: bool = False) -> None:
        """Read everything, then follow changes in the background.

        Args:
            strict: Refuse to start if anything is an error. Otherwise what is right is served.

        Raises:
            ManifestErrors: With `strict`, everything that is wrong.
        """
        await self.reload()
        errors = tuple(one for one in self._snapshot.problems if one.severity is Severity.ERROR)
        if strict and errors:
            raise ManifestErrors(self._folder, errors)
        self._watcher = asyncio.create_task(self._watch(), name="manifests")

    async def reload(self) -> int:
        """Read now what changed, without waiting for the writer to come to rest; give the revision."""
        await self._look(patient=False)
        return self.revision

    async def remember(self, file: str, text: bytes) -> None:
        """Serve what a file would say, without one: secrets that may not lie on a disk. A restart forgets it."""
        await asyncio.to_thread(self._remember, file, text)
        self._tell()

    async def spoken(self, login: Name) -> list[Spoken]:
        """See `Registry.spoken`."""
        return await asyncio.to_thread(self._spoken, login)

    async def end(self, ended: Mapping[Name, Ended]) -> None:
        """See `Registry.end`."""
        await asyncio.to_thread(self._end, ended)
        self._tell()

    async def aclose(self) -> None:
        """Follow no more. What was read can still be looked up."""
        self._close()
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher

    async def _watch(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self._look(patient=True)
            except Exception:
                LOG.exception("the manifests could not be looked at; trying again")
            await asyncio.sleep(max(self._poll_seconds, REST * (time.monotonic() - began)))

    async def _look(self, *, patient: bool) -> None:
        await asyncio.to_thread(self._look_blocking, patient)
        self._tell()

    def _spoken(self, login: Name) -> list[Spoken]:
        with self._one_look:
            return self._following.spoken(login)

    def _end(self, ended: Mapping[Name, Ended]) -> None:
        with self._one_look:
            self._following.end(ended)
            if self.revision:
                self._show(self._following.again())

    def _remember(self, file: str, text: bytes) -> None:
        with self._one_look:
            self._following.remember(file, text)
            if self.revision:
                self._show(self._following.again())

    def _look_blocking(self, patient: bool) -> None:
        with self._one_look:
            self._show(self._following.look(patient))
