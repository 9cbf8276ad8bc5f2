"""What documents say goes in, snapshots come out. A snapshot shares all that did not change with the one before it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

import msgspec

from pagewire.manifests.problems import Problem

from .accounts import Accounts
from .affected import Before, affected
from .ended import Ended
from .entries import (
    AppEntry,
    Entry,
    InstagramEntry,
    PageEntry,
    SecretEntry,
    SubscriptionEntry,
    TokenEntry,
)
from .logins import Logins
from .names import ByName
from .port import Account, App, LoginToken, Name, Spoken
from .resolve import Fault, World, app_of, problem_of, resolve_app
from .spoken import spoken
from .turns import in_turns, sort_in_turns

KINDS: Final = (SecretEntry, AppEntry, TokenEntry, SubscriptionEntry, PageEntry, InstagramEntry)


class Told(Protocol):
    """What all documents say, be they files or a cluster's objects. Others put it in; a `Store` reads it."""

    @property
    def before(self) -> Before:
        """By kind, every resource that says something else since `forget`, with what it said before."""
        ...

    def of(self, kind: type[Entry]) -> ByName[Any]:
        """The entries of a kind that count now; always the same object."""
        ...

    def forget(self) -> None:
        """Take what is said now as what was said before."""
        ...

    def problems(self) -> Iterable[Problem]:
        """What is wrong with the documents themselves."""
        ...


class Snapshot(msgspec.Struct, frozen=True):
    """Everything a registry answers with. Replaced as a whole, so nobody sees half a change."""

    apps: Mapping[Name, App] = {}
    accounts: Mapping[str, Mapping[str, Account]] = {}
    problems: tuple[Problem, ...] = ()
    revision: int = 0
    logins: Mapping[Name, tuple[LoginToken, ...]] = {}

    def says_the_same(self, other: "Snapshot") -> bool:
        """Whether nobody could tell the two apart but by their revision."""
        mine = (self.apps, self.accounts, self.problems, self.logins)
        return mine == (other.apps, other.accounts, other.problems, other.logins)


class Store:
    """The snapshot that follows from what is told. Not for several threads at once."""

    def __init__(self, told: Told) -> None:
        self.snapshot = Snapshot()
        self._told = told
        self._world = World(
            secrets=told.of(SecretEntry),
            apps=told.of(AppEntry),
            tokens=told.of(TokenEntry),
            pages=told.of(PageEntry),
            ended={},
        )
        self._ended: Mapping[Name, Ended] = {}
        self._pages = Accounts[PageEntry](told.of(PageEntry), "spec.pageId")
        self._instagram = Accounts[InstagramEntry](told.of(InstagramEntry), "spec.accountId")
        self._logins = Logins(told.of(InstagramEntry))
        self._app_problems: dict[Name, list[Problem]] = {}

    def spoken(self, login: Name) -> list[Spoken]:
        """See `Registry.spoken`."""
        return list(spoken(login, self._world, self._told.of(InstagramEntry), self.snapshot.accounts))

    def end(self, ended: Mapping[Name, Ended]) -> None:
        """See `Registry.end`; it shows with the next `build`."""
        self._ended = ended

    def build(self, others: Iterable[Problem] = ()) -> Snapshot:
        """Make what was told visible.

        Args:
            others: Problems of the folder or the cluster itself.

        Returns:
            The new snapshot, or the old one if nothing changed.
        """
        with in_turns():
            return self._build(others)

    def _build(self, others: Iterable[Problem]) -> Snapshot:
        self._take_ended()
        due = affected(self._told.before, self._world, self._told.of(InstagramEntry))
        apps = self._apps(due.apps)
        pages = self._pages.renew(self._was(PageEntry, due.pages), self._world)
        instagram = self._instagram.renew(self._was(InstagramEntry, due.instagram), self._world)
        logins = self._logins.renew(self._told.before, self._world)
        self._told.forget()
        problems = tuple(sort_in_turns((*others, *self._problems()), _position))
        accounts = {"page": pages, "instagram": instagram}
        new = Snapshot(apps, accounts, problems, self.snapshot.revision + 1, logins)
        if not (self.snapshot.revision and new.says_the_same(self.snapshot)):
            self.snapshot = new
        return self.snapshot

    def _take_ended(self) -> None:
        before, now = self._world.ended, self._ended
        for name in before.keys() | now.keys():
            if before.get(name) != now.get(name) and self._world.tokens.get(name) is not None:
                # As if the AccessToken were new: whoever speaks with it is looked at again.
                self._told.before[TokenEntry.kind].put(*name, None)
        before.clear()
        before.update(now)

    def _was(self, kind: type[Entry], due: set[Name]) -> dict[Name, Any]:
        before = self._told.before[kind.kind]
        return {name: before.get(name) for name in due}

    def _apps(self, due: set[Name]) -> Mapping[Name, App]:
        if not due:
            return self.snapshot.apps
        apps = dict(self.snapshot.apps)
        for name in due:
            self._app_problems.pop(name, None)
            entry = self._world.apps.get(name)
            if entry is None:
                apps.pop(name, None)
                continue
            apps[name], faults = resolve_app(entry, self._world)
            self._app_problems[name] = [problem_of(entry, fault) for fault in faults]
        return apps

    def _problems(self) -> Iterator[Problem]:
        yield from self._told.problems()
        for problems in self._app_problems.values():
            yield from problems
        yield from self._pages.problems()
        yield from self._instagram.problems()
        for subscription in self._told.of(SubscriptionEntry).values():
            app = app_of(subscription, subscription.app, self._world)
            if isinstance(app, Fault):
                yield problem_of(subscription, app)


def _position(problem: Problem) -> tuple[str, int, int, int, str, str]:
    place = problem.place
    return (place.file, place.document, place.item, place.line, problem.path, problem.message)
