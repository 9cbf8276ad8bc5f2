"""The budgets of all accounts and apps."""

from collections.abc import Callable, Iterator
from typing import Protocol

from pagewire.surfaces import Surface
from pagewire_gateway.budgets.account import Budget
from pagewire_gateway.budgets.app import AppBudget
from pagewire_gateway.budgets.calls import Limits
from pagewire_gateway.budgets.sharing import Share, Shares
from pagewire_gateway.registry.port import Account

AccountKey = tuple[str, str]


class Accounts(Protocol):
    """What is asked of the registry."""

    def account(self, object: str, id: str) -> Account | None:  # noqa: A002 - Meta's words
        """The account with that id."""


class Budgets:
    """One budget an account, one an app, for everything in this process that calls Meta in their name.

    Args:
        accounts: tells surface and app of an account.
        limits: what is allowed.
        clock: milliseconds since 1970.
        shares: what other processes that call Meta share; ``None`` if there are none.
    """

    def __init__(
        self, accounts: Accounts, limits: Limits, clock: Callable[[], int], shares: Shares | None = None
    ) -> None:
        self._shares = shares
        self._accounts = accounts
        self._limits = limits
        self._clock = clock
        self._budgets: dict[AccountKey, Budget] = {}
        self._apps: dict[str, AppBudget] = {}

    def of(self, key: AccountKey) -> Budget:
        """The budget of an account, by object and id."""
        found = self._budgets.get(key)
        if found is None:
            account = self._accounts.account(*key)
            surface = account.surface if account else Surface.MESSENGER if key[0] == "page" else Surface.INSTAGRAM
            found = Budget(self._limits, surface, self._app(account), self._clock, self._share(*key))
            self._budgets[key] = found
        return found

    def registry_changed(self) -> None:
        """A token may have been mended: accounts that rest try again at once."""
        for key, budget in self._budgets.items():
            budget.app = self._app(self._accounts.account(*key))
            budget.wake()

    def __iter__(self) -> Iterator[tuple[AccountKey, Budget]]:
        return iter(self._budgets.items())

    def apps(self) -> Iterator[tuple[str, AppBudget]]:
        """The budget of each app that was called for, by Meta's id."""
        return iter(self._apps.items())

    def app(self, app_id: str) -> AppBudget:
        """What all accounts of an app share."""
        found = self._apps.get(app_id)
        if found is None:
            found = self._apps[app_id] = AppBudget(self._clock, self._share("app", app_id) if app_id else None)
        return found

    def _app(self, account: Account | None) -> AppBudget:
        return self.app(account.app_id if account else "")

    def _share(self, *names: str) -> Share | None:
        return None if self._shares is None else self._shares.of(*names)
