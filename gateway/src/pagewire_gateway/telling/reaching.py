"""Tells a plugin that its messages arrived or were read, with the event that says so: in its lane, tried again like any event."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from pagewire.events import Event
from pagewire_gateway.dispatch.context import Sources
from pagewire_gateway.journal.port import Stored
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telling.contexts import ReplyContext
from pagewire_gateway.telling.facts import asked_of, reached_of

HOOK = "on_delivered"
_KEPT = 1000
"""Events at work of which it is remembered whom they told of; a plugin hears twice of what is forgotten."""


class Reaching:
    """For one plugin that has ``on_delivered``.

    Args:
        plugin: which one.
        sources: of what contexts tell.
    """

    def __init__(self, plugin: Plugin, sources: Sources) -> None:
        self._plugin = plugin
        self._sources = sources
        self._told: OrderedDict[int, set[str]] = OrderedDict()

    async def __call__(
        self, stored: Stored, event: Event, account: Account, config: Any, attempt: int, renew: Callable[[], None]
    ) -> None:
        """Call the hook once for each message that the event tells of; what it raises concerns this event.

        Each call has the whole time-out, and another attempt goes on where the one before failed.
        """
        asked = asked_of(event, stored.seq, self._plugin.name)
        if asked is None:
            return
        hook = self._plugin.hooks[HOOK]
        told = self._of(stored.seq)
        for row in await self._sources.journal.reached(asked):
            if row.id not in told:
                renew()
                context = ReplyContext(self._plugin.name, row, account, config, attempt, self._sources)
                await hook.call({"send": reached_of(row, event), "context": context})
                told.add(row.id)
        self._told.pop(stored.seq, None)

    def _of(self, seq: int) -> set[str]:
        while len(self._told) >= _KEPT and seq not in self._told:
            self._told.popitem(last=False)
        return self._told.setdefault(seq, set())
