"""Which deliveries are traced: a sample, and the next events of accounts that somebody asked for."""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from pagewire.telemetry.tracing import TRACING
from pagewire.wire import Item
from pagewire_gateway.registry.port import Account

AccountKey = tuple[str, str]

MOST: Final = 10_000
"""Events that can be asked for."""


Find = Callable[[str, str], Account | None]
"""The account of an ``object`` and an account id."""


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
        self._find: Find = lambda _object, _account: None

    def follow(self, find: Find) -> None:
        """Let accounts have the shares that their resources say, from now on."""
        self._find = find

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
        return any(wanted) or TRACING.chosen(self._ratio(items))

    def _ratio(self, items: Iterable[Item]) -> float:
        """The share of such bodies: of accounts that share one, the largest."""
        found = [self._find(*key) for key in {(item.object, item.account) for item in items}]
        return max(_share(account) for account in found)

    def _take(self, item: Item) -> bool:
        key = item.object, item.account
        left = self._left.get(key, 0)
        if left:
            self.want(key, left - 1)
        return left > 0


def _share(account: Account | None) -> float:
    own = account.trace_ratio if account else None
    return TRACING.ratio if own is None else own


CHOOSING: Final = Choosing()
"""The one of this process."""
