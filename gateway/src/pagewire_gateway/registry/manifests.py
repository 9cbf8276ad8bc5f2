"""The registry of a folder of manifests: the same YAML a cluster takes, on a laptop or in a mounted ConfigMap."""

import asyncio
import logging
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from .following import Following
from .port import Account, App, RegistryClosedError
from .problems import Problem, Severity
from .store import Snapshot

LOG: Final = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.5
MAX_FILE_BYTES: Final = 8 * 2**20
MAX_LOGGED: Final = 100
REST: Final = 19
"""Times a look at the folder took that we rest after it: at most a twentieth of a core for huge folders."""

_LEVELS: Final = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.NOTE: logging.INFO}


class ManifestErrors(Exception):
    """The manifests cannot be served as they are; all that is wrong with them, at once."""

    def __init__(self, folder: Path, problems: tuple[Problem, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n  ".join([f"{count} in {folder}:", *map(str, problems)]))
        self.problems = problems


class ManifestRegistry:
    """A `Registry` that reads ``*.yaml``, ``*.yml`` and ``*.json`` of a folder, and reads them again when they change.

    Args:
        folder: Where the manifests are; folders in it are read too.
        poll_seconds: How often to look for changes.
        max_file_bytes: Larger files are refused.
    """

    def __init__(
        self, folder: Path, *, poll_seconds: float = POLL_SECONDS, max_file_bytes: int = MAX_FILE_BYTES
    ) -> None:
        self._folder = folder
        self._poll_seconds = poll_seconds
        self._following = Following(folder, max_file_bytes)
        self._snapshot = Snapshot()
        self._told = 0
        self._one_look = threading.Lock()
        self._news = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def revision(self) -> int:
        """Grows by one whenever apps, accounts or problems change; 0 before `start`."""
        return self._snapshot.revision

    def app(self, namespace: str, name: str) -> App | None:
        """The app of that name, also if it is closed."""
        return self._snapshot.apps.get((namespace, name))

    def account(self, object: str, id: str) -> Account | None:  # noqa: A002 - Meta's words
        """The account with that id, also if it is closed."""
        accounts = self._snapshot.accounts.get(object)
        return None if accounts is None else accounts.get(id)

    def apps(self) -> list[App]:
        """All apps, by namespace and name."""
        apps = self._snapshot.apps
        return [apps[name] for name in sorted(apps)]

    def accounts(self) -> list[Account]:
        """All accounts, Pages first, by namespace and name."""
        groups = self._snapshot.accounts.values()
        return [one for group in groups for one in sorted(group.values(), key=_name)]

    def problems(self) -> list[Problem]:
        """What is wrong right now, by file and line."""
        return list(self._snapshot.problems)

    async def changed(self, since: int) -> int:
        """Wait until the revision is newer than `since`, and give it; `RegistryClosedError` once closed."""
        while self.revision <= since:
            if self._closed:
                raise RegistryClosedError("the registry is closed")
            await self._news.wait()
        return self.revision

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

    async def aclose(self) -> None:
        """Follow no more. What was read can still be looked up."""
        self._closed = True
        self._news.set()
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
        if self._told != self.revision:
            self._tell()

    def _look_blocking(self, patient: bool) -> None:
        with self._one_look:
            old, self._snapshot = self._snapshot, self._following.look(patient)
            if old is not self._snapshot:
                _log(old, self._snapshot)

    def _tell(self) -> None:
        self._told = self.revision
        news, self._news = self._news, asyncio.Event()
        news.set()


def _name(account: Account) -> tuple[str, str]:
    return (account.namespace, account.name)


def _log(old: Snapshot, new: Snapshot) -> None:
    """Tell the problems that are new, and that they are gone."""
    known = set(map(str, old.problems))
    news = [problem for problem in new.problems if str(problem) not in known]
    for problem in news[:MAX_LOGGED]:
        LOG.log(_LEVELS[problem.severity], "%s", problem)
    if len(news) > MAX_LOGGED:
        LOG.error("%d more problems; `pagewire doctor` shows all", len(news) - MAX_LOGGED)
    if old.problems and not new.problems:
        LOG.info("nothing is wrong with the manifests any more")
