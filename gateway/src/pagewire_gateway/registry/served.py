"""What every registry answers with: one snapshot, exchanged as a whole, and word of it to whoever waits."""

import asyncio
import logging
from typing import Any, Final

from pagewire.manifests.problems import Problem, Severity

from .complaints import Complaint
from .port import Account, App, LoginToken, Name, RegistryClosedError
from .store import Snapshot

LOG: Final = logging.getLogger(__name__)

MAX_LOGGED: Final = 100

_LEVELS: Final = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.NOTE: logging.INFO}


class Served:
    """The look-ups of a `Registry`. Whoever reads documents calls `_show`, then `_tell`."""

    def __init__(self) -> None:
        self._snapshot = Snapshot()
        self._told: Snapshot = self._snapshot
        self._news = asyncio.Event()
        self._closed = False

    @property
    def revision(self) -> int:
        """Grows by one whenever apps, accounts or problems change; 0 before everything was read once."""
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

    def logins(self, app: Name) -> tuple[LoginToken, ...]:
        """The AccessTokens of an app that come from a login, by namespace and name."""
        return self._snapshot.logins.get(app, ())

    def problems(self) -> list[Problem]:
        """What is wrong right now, by file and line."""
        return list(self._snapshot.problems)

    def token_refused(self, account: Account, code: int | None, subcode: int | None) -> None:
        """With files nobody but people looks after tokens, and they are told elsewhere."""

    async def told(self, kind: str, name: Name | None, most: int) -> list[dict[str, Any]]:  # noqa: ARG002 - a folder has no operator
        """Nothing: no operator writes into a folder."""
        return []

    def complaints(self) -> list[Complaint]:
        """None: no operator writes into a folder."""
        return []

    async def changed(self, since: int) -> int:
        """Wait until the revision is newer than `since`, and give it; `RegistryClosedError` once closed."""
        while self.revision <= since:
            if self._closed:
                raise RegistryClosedError("the registry is closed")
            await self._news.wait()
        return self.revision

    def _show(self, snapshot: Snapshot) -> None:
        """Answer with this from now on. Fit for a thread; one at a time."""
        old, self._snapshot = self._snapshot, snapshot
        if old is not snapshot:
            _log(old, snapshot)

    def _tell(self) -> None:
        """Wake whoever waits, if there is news."""
        if self._told is not self._snapshot:
            self._told = self._snapshot
            self._wake()

    def _close(self) -> None:
        self._closed = True
        self._wake()

    def _wake(self) -> None:
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
        LOG.info("nothing is wrong with the resources any more")
