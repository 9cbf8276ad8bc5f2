"""Events as they become durable: counted, and remembered by account."""

import logging
from collections.abc import Sequence
from typing import Final

from pagewire_gateway.journal.port import JournalError, JournalFront, Stored
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.kinds import bounded

log = logging.getLogger(__name__)

RECALLED: Final = 50_000
"""Events from whose end the last one of each account is told after a start: a tenth of a second to read."""


class Arrivals:
    """Watches events come in.

    Args:
        registry: knows accounts.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.last: dict[tuple[str, str], int] = {}
        """When the last event of each (object, account) came in."""

    def note(self, stored: Sequence[Stored]) -> None:
        """Take in events that just became durable."""
        for event in stored:
            item = event.item
            object_ = item.object[:16]
            metrics.events.add(object_, bounded(item.kind), item.channel)
            metrics.event_lag.record(max(0, event.received - item.timestamp) / 1000, object_)
            if self._registry.account(item.object, item.account) is None:
                metrics.unknown_accounts.add(object_)
            else:
                self.last[item.object, item.account] = event.received

    async def recall(self, journal: JournalFront, newest: int = RECALLED) -> None:
        """Learn from the journal's newest events when accounts were last heard of, before this start or through others."""
        try:
            told = await journal.last_received(newest)
        except JournalError as error:
            log.warning("when accounts were last heard of is not known yet: %s", error)
        else:
            self.last = {key: max(told.get(key, 0), self.last.get(key, 0)) for key in told.keys() | self.last.keys()}
