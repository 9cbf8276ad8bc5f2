"""What a hook is told besides the event."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.events import Conversation, Event, MessageEcho
from pagewire.offers import Http, Tracer
from pagewire.people import People
from pagewire.stores import Store
from pagewire_gateway.care.serving import info_of
from pagewire_gateway.journal.port import Journal, Outbound
from pagewire_gateway.means.offered import Means
from pagewire_gateway.registry.port import Account

_log = logging.getLogger("pagewire.plugin")
_LONGEST_ON_ITS_WAY = 86_400_000
"""Milliseconds from the moment a reply was asked for to its echo, at most."""


class Profiles(Protocol):
    """Where profiles of people come from."""

    async def person(self, account: Account, person: str) -> Person | None:
        """The profile, or ``None``; never raises."""

    def desk(self, event: Event, account: Account, plugin: str) -> People:
        """What a plugin may say about the person of an event."""


class Sources:
    """Where contexts take what they tell.

    Args:
        journal: conversations.
        profiles: people.
        means: what they offer besides.
        silenced: whether a reply's person asked to be forgotten.
    """

    def __init__(
        self,
        journal: Journal,
        profiles: Profiles,
        means: Means,
        silenced: Callable[[Outbound], bool] = lambda _row: False,
    ) -> None:
        self.journal = journal
        self.profiles = profiles
        self.means = means
        self.silenced = silenced


class Offered:
    """What every context about an account offers, whatever it is about.

    Args:
        plugin: who is told.
        account: which one.
        sources: where it comes from.
    """

    __slots__ = ("_account", "_sources", "plugin")

    def __init__(self, plugin: str, account: Account, sources: Sources) -> None:
        self.plugin = plugin
        self._account = account
        self._sources = sources

    @property
    def account(self) -> AccountInfo:
        """See `pagewire.context.PageContext`."""
        return info_of(self._account)

    @property
    def account_store(self) -> Store:
        """See `pagewire.context.PageContext`."""
        return self._sources.means.account_store(self.plugin, self._account)

    @property
    def http(self) -> Http:
        """See `pagewire.Context`."""
        return self._sources.means.http(self.plugin)

    @property
    def tracer(self) -> Tracer:
        """See `pagewire.Context`."""
        return self._sources.means.tracer(self.plugin)

    def secret(self, name: str) -> str:
        """See `pagewire.Context`."""
        return self._sources.means.secret(self._account.namespace, self.plugin, name)


class HookContext(Offered):
    """The `pagewire.Context` of one event for one plugin."""

    __slots__ = ("_event", "_gone", "attempt", "config")

    def __init__(
        self,
        event: Event,
        account: Account,
        plugin: str,
        config: Any,
        attempt: int,
        sources: Sources,
        gone: Callable[[], bool],
    ) -> None:
        # Spelt out: there is one for each event and plugin.
        self.plugin = plugin
        self._account = account
        self._sources = sources
        self._event = event
        self._gone = gone
        self.config = config
        self.attempt = attempt

    @property
    def idempotency_key(self) -> str:
        """See `pagewire.Context`."""
        return f"{self._event.id}:{self.plugin}"

    @property
    def log(self) -> "logging.LoggerAdapter[Any]":
        """See `pagewire.Context`."""
        names = {"plugin": self.plugin, "account": self._account.id, "event": self._event.id}
        return logging.LoggerAdapter(_log.getChild(self.plugin), names)

    @property
    def people(self) -> People:
        """See `pagewire.Context`."""
        return self._sources.profiles.desk(self._event, self._account, self.plugin)

    @property
    def store(self) -> Store:
        """See `pagewire.Context`."""
        return self._sources.means.store(self.plugin, self._account, self._event.person, self._gone)

    async def person(self) -> Person | None:
        """See `pagewire.Context`."""
        if self._event.person is None:
            return None
        return await self._sources.profiles.person(self._account, self._event.person)

    async def conversation(self) -> ConversationState:
        """See `pagewire.Context`."""
        conversation: Conversation | None = self._event.conversation
        return await self._sources.journal.conversation(conversation) if conversation else ConversationState()

    async def sent_here(self) -> bool:
        """See `pagewire.Context`."""
        event = self._event
        if not isinstance(event, MessageEcho) or event.conversation is None:
            return False
        if event.app_id is not None:
            return event.app_id == self._account.app_id
        since = int(event.timestamp.timestamp() * 1000) - _LONGEST_ON_ITS_WAY
        return event.mid in await self._sources.journal.mids(event.conversation, since)
