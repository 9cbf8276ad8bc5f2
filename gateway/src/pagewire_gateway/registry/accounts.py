"""Who an account id belongs to, and the accounts that follow from it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from pagewire.manifests.problems import Problem

from .entries import AccountEntry
from .names import ByName
from .port import Account, Name
from .resolve import Fault, World, problem_of, resolve_account

E = TypeVar("E", bound=AccountEntry)


class Accounts(Generic[E]):
    """The accounts of one ``object``.

    Args:
        entries: What the documents tell, kept up to date by others.
        field: Where a resource of this kind has its account id.
    """

    def __init__(self, entries: ByName[E], field: str) -> None:
        self.now: Mapping[str, Account] = {}
        self._entries = entries
        self._field = field
        self._contested: dict[str, set[Name]] = {}
        self._problems: dict[str, list[Problem]] = {}

    def renew(self, due: Mapping[Name, E | None], world: World) -> Mapping[str, Account]:
        """Resolve accounts again; the rest stays the object it was.

        Args:
            due: The resources concerned, with the entry each had before.
            world: What the documents say now.
        """
        if due:
            accounts = dict(self.now)
            for account, names in self._concerned(due).items():
                self._one(account, names, accounts, world)
            self.now = accounts
        return self.now

    def problems(self) -> Iterator[Problem]:
        """What is wrong with accounts, and who claims one in vain."""
        for problems in self._problems.values():
            yield from problems
        for account, names in self._contested.items():
            winner, *others = self._claimants(account, names)
            for loser in others:
                where = f" ({winner.place})" if winner.file else ""
                said = f"{account} is already described by {winner}{where}; remove one of the two"
                yield problem_of(loser, Fault(self._field, said))

    def _concerned(self, due: Mapping[Name, E | None]) -> dict[str, tuple[Name, ...]]:
        """Account ids, with those of the resources concerned that claim or claimed each."""
        concerned: dict[str, tuple[Name, ...]] = {}
        for name, before in due.items():
            for entry in (before, self._entries.get(name)):
                if entry is not None:
                    concerned[entry.account] = (*concerned.get(entry.account, ()), name)
        return concerned

    def _one(self, account: str, names: tuple[Name, ...], accounts: dict[str, Account], world: World) -> None:
        holder = accounts.get(account)
        held = {(holder.namespace, holder.name)} if holder else set()
        claimants = self._claimants(account, {*names, *held, *self._contested.pop(account, ())})
        self._problems.pop(account, None)
        if not claimants:
            accounts.pop(account, None)
            return
        if len(claimants) > 1:
            self._contested[account] = {entry.id for entry in claimants}
        resolved, faults = resolve_account(claimants[0], world)
        if faults:
            self._problems[account] = [problem_of(claimants[0], fault) for fault in faults]
        if holder != resolved:
            accounts[account] = resolved

    def _claimants(self, account: str, names: Iterable[Name]) -> list[E]:
        entries = (self._entries.get(name) for name in names)
        return sorted((entry for entry in entries if entry is not None and entry.account == account), key=_age)


def _age(entry: AccountEntry) -> tuple[float, str, str]:
    return (entry.created, entry.namespace, entry.name)
