"""What hooks about replies are told."""

import logging
from functools import partial
from typing import Any

from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.offers import Http, Tracer
from pagewire.stores import Store
from pagewire_gateway.care.contexts import Log
from pagewire_gateway.care.serving import info_of
from pagewire_gateway.dispatch.context import Sources
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.registry.port import Account

_log = logging.getLogger("pagewire.plugin")


class ReplyContext:
    """A `pagewire.context.SendContext`.

    Args:
        plugin: who is called.
        row: the reply.
        account: in whose name it goes.
        config: the plugin's configuration for it.
        attempt: of the call.
        sources: of what is asked for.
    """

    def __init__(
        self, plugin: str, row: Outbound, account: Account, config: Any, attempt: int, sources: Sources
    ) -> None:
        self.config = config
        self.attempt = attempt
        self.asked_by = row.plugin
        self.idempotency_key = f"{row.id}:{plugin}"
        self._plugin = plugin
        self._row = row
        self._account = account
        self._sources = sources

    @property
    def account(self) -> AccountInfo:
        """See `pagewire.context.PageContext`."""
        return info_of(self._account)

    @property
    def log(self) -> Log:
        """See `pagewire.context.PageContext`."""
        names = {
            "plugin": self._plugin,
            "account": self._account.id,
            "event": self._row.event_id,
            "reply": self._row.id,
        }
        return logging.LoggerAdapter(_log.getChild(self._plugin), names)

    @property
    def store(self) -> Store:
        """See `pagewire.Context`."""
        gone = partial(self._sources.silenced, self._row)
        return self._sources.means.store(self._plugin, self._account, self._row.conversation.person, gone)

    @property
    def account_store(self) -> Store:
        """See `pagewire.context.PageContext`."""
        return self._sources.means.account_store(self._plugin, self._account)

    @property
    def http(self) -> Http:
        """See `pagewire.Context`."""
        return self._sources.means.http(self._plugin)

    @property
    def tracer(self) -> Tracer:
        """See `pagewire.Context`."""
        return self._sources.means.tracer(self._plugin)

    def secret(self, name: str) -> str:
        """See `pagewire.Context`."""
        return self._sources.means.secret(self._account.namespace, self._plugin, name)

    async def person(self) -> Person | None:
        """See `pagewire.Context`."""
        person = self._row.conversation.person
        return await self._sources.profiles.person(self._account, person) if person else None

    async def conversation(self) -> ConversationState:
        """See `pagewire.Context`."""
        conversation = self._row.conversation
        return await self._sources.journal.conversation(conversation) if conversation.person else ConversationState()
