"""Accounts with the same configuration share people, batches and connections: a feed."""

import asyncio
from collections.abc import Callable

from pagewire.context import AccountInfo
from pagewire.people import DeletedPerson
from pagewire.stores import Store
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.crms.opening import Opener
from pagewire_crm_sync.entry import Entry
from pagewire_crm_sync.forgotten import key_of
from pagewire_crm_sync.identity import Identity, recall
from pagewire_crm_sync.outcome import Later, Outcome
from pagewire_crm_sync.people import Complete, People
from pagewire_crm_sync.secrets import Secrets
from pagewire_crm_sync.target import Target
from pagewire_crm_sync.wellbeing import Trouble

Name = tuple[str, Config]
"""Namespace and configuration."""
_Account = tuple[str, str]
_CHANGED = Later(after=1.0, reason="the configuration changed while the event waited")


class Feed:
    """Everything behind one configuration of one namespace.

    Args:
        sink: where contacts go.
        people: who decides what goes there.
    """

    def __init__(self, sink: Target, people: People) -> None:
        self._sink = sink
        self._people = people
        self._closed = False
        self.accounts: set[_Account] = set()

    async def keep(self, facts: Contact, complete: Complete, store: Callable[[], Store]) -> Outcome:
        """Bring the facts of one event to the sink."""
        if self._closed:
            return _CHANGED
        return await self._people.keep(facts, complete, store)

    def trouble(self) -> Trouble:
        """What is wrong with the sink."""
        return self._sink.trouble()

    async def forget(self, person: DeletedPerson, store: Callable[[], Store]) -> Outcome:
        """Drop what is remembered of a person, and have the sink do the same."""
        await self._people.forget(key_of(person))
        if self._closed:
            return _CHANGED
        return await self._sink.forget(person, (await self._recalled(store)).records)

    async def _recalled(self, store: Callable[[], Store]) -> Identity:
        return await recall(store(), self._sink.notebook) if self._sink.notebook else Identity()

    async def record(self, entry: Entry, store: Callable[[], Store]) -> Outcome:
        """Bring one thing that happened to the sink."""
        if self._closed:
            return _CHANGED
        known = await self._recalled(store) if entry.key.scoped_id else Identity()
        return await self._sink.record(entry, known.id)

    async def aclose(self) -> None:
        """Send what waits, then close the connections."""
        self._closed = True
        await self._people.flush()
        await self._sink.aclose()


class Feeds:
    """All feeds of the plugin.

    Args:
        clock: the time.
        secrets: where secrets come from.
    """

    def __init__(self, clock: Clock, secrets: Secrets) -> None:
        self._clock = clock
        self._opener = Opener(clock, secrets)
        self._feeds: dict[Name, Feed] = {}
        self._used: dict[_Account, Name] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def of(self, account: AccountInfo, config: Config) -> Feed:
        """The feed of an account; one that no account uses any more is flushed and closed."""
        name, who = (account.namespace, config), (account.object, account.id)
        before = self._used.get(who)
        if before != name:
            self._retire(before, who)
            self._used[who] = name
        feed = self._feeds.get(name)
        if feed is None:
            feed = self._feeds[name] = self._open(account.namespace, config)
        feed.accounts.add(who)
        return feed

    def leave(self, account: AccountInfo) -> None:
        """An account is served no longer; its feed is flushed and closed if it was the last."""
        who = (account.object, account.id)
        self._retire(self._used.pop(who, None), who)

    def troubles(self) -> list[Trouble]:
        """Every sink in use, and what is wrong with it."""
        return [feed.trouble() for feed in self._feeds.values()]

    async def aclose(self) -> None:
        """Flush and close all."""
        feeds, self._feeds, self._used = [*self._feeds.values()], {}, {}
        await asyncio.gather(*(feed.aclose() for feed in feeds), *self._closing)

    def _open(self, namespace: str, config: Config) -> Feed:
        target = self._opener.open(namespace, config)
        return Feed(target, People(target, self._clock, config.interval_seconds))

    def _retire(self, name: Name | None, who: _Account) -> None:
        feed = self._feeds.get(name) if name is not None else None
        if feed is None or name is None:
            return
        feed.accounts.discard(who)
        if not feed.accounts:
            del self._feeds[name]
            task = asyncio.create_task(feed.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
