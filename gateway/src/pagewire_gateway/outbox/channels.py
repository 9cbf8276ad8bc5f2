"""The way to Meta for a row: its account, with a token and a budget."""

from pagewire.graph import GraphError
from pagewire_gateway.budgets import Budget, Budgets
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.registry.port import Account, Registry


class Channels:
    """Finds the way.

    Args:
        registry: accounts and their tokens.
        budgets: what each account may ask of Meta.
        pause: seconds an account without a token rests, unless the registry changes before.
    """

    def __init__(self, registry: Registry, budgets: Budgets, pause: float) -> None:
        self._registry = registry
        self._budgets = budgets
        self._pause = pause

    def refused(self, account: Account, error: GraphError) -> None:
        """Meta refused the account's token."""
        self._registry.token_refused(account, error.code, error.subcode)

    async def of(self, row: Outbound) -> tuple[Account, str, Budget]:
        """The account with a token; a row whose account has none waits, and says so."""
        key = (row.conversation.object, row.conversation.account)
        budget = self._budgets.of(key)
        while True:
            account = self._registry.account(*key)
            if account is not None and account.token is not None and account.send_as_id:
                return account, account.token.reveal(), budget
            budget.rest(self._pause, "the registry has no token for this account", "token")
            await self._registry.changed(self._registry.revision)
