"""What hooks about replies are told."""

import logging
from functools import partial
from typing import Any

from pagewire.context import ConversationState, Person
from pagewire.stores import Store
from pagewire_gateway.care.contexts import Log
from pagewire_gateway.dispatch.context import Offered, Sources
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.registry.port import Account

_log = logging.getLogger("pagewire.plugin")


class ReplyContext(Offered):
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
        super().__init__(plugin, account, sources)
        self.config = config
        self.attempt = attempt
        self.asked_by = row.plugin
        self.idempotency_key = f"{row.id}:{plugin}"
        self._row = row

    @property
    def log(self) -> Log:
        """See `pagewire.context.PageContext`."""
        names = {
            "plugin": self.plugin,
            "account": self._account.id,
            "event": self._row.event_id,
            "reply": self._row.id,
        }
        return logging.LoggerAdapter(_log.getChild(self.plugin), names)

    @property
    def store(self) -> Store:
        """See `pagewire.Context`."""
        gone = partial(self._sources.silenced, self._row)
        return self._sources.means.store(self.plugin, self._account, self._row.conversation.person, gone)

    async def person(self) -> Person | None:
        """See `pagewire.Context`."""
        person = self._row.conversation.person
        return await self._sources.profiles.person(self._account, person) if person else None

    async def conversation(self) -> ConversationState:
        """See `pagewire.Context`."""
        conversation = self._row.conversation
        return await self._sources.journal.conversation(conversation) if conversation.person else ConversationState()

    async def sent_here(self) -> bool:
        """No echo is told here."""
        return False
