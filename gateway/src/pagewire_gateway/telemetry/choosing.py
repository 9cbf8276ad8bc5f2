"""Which deliveries are traced: a sample, and the next events of accounts that somebody asked for."""

from collections.abc import Iterable
from typing import Final, Protocol

from pagewire.telemetry.tracing import TRACING
from pagewire.wire import Item

AccountKey = tuple[str, str]

MOST: Final = 10_000
"""Events that can be asked for."""


class Choice(Protocol):
    """Takes wishes of people, for this process or for all."""

    async def ask(self, account: AccountKey, events: int) -> None:
        """Trace the next so many events of an account; 0 for none any more."""

    def left(self) -> dict[AccountKey, int]:
        """How many events of which accounts this process has still to trace."""


class Choosing:
    """Decides once for each delivery body. See `Choice`."""

    def __init__(self) -> None:
        self._left: dict[AccountKey, int] = {}

    async def ask(self, account: AccountKey, events: int) -> None:
        """Trace the next so many events of an account."""
        self.want(account, events)

    def want(self, account: AccountKey, events: int) -> None:
        """The same at once."""
        if events > 0:
            self._left[account] = min(events, MOST)
        else:
            self._left.pop(account, None)

    def left(self) -> dict[AccountKey, int]:
        """How many events of which accounts are still to be traced."""
        return dict(self._left)

    def chosen(self, items: Iterable[Item]) -> bool:
        """Whether to trace a body with these items."""
        wanted = [self._take(item) for item in items] if self._left else []
        return any(wanted) or TRACING.chosen()

    def _take(self, item: Item) -> bool:
        key = item.object, item.account
        left = self._left.get(key, 0)
        if left:
            self.want(key, left - 1)
        return left > 0


CHOOSING: Final = Choosing()
"""The one of this process."""
