"""Which accounts a plugin serves, and what changed of it. Pure."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from pagewire.context import AccountInfo
from pagewire_gateway.registry.port import Account, PluginUse

Key = tuple[str, str]
"""Object and id of an account."""


class Use(NamedTuple):
    """A plugin enabled for an account."""

    account: AccountInfo
    use: PluginUse


class Change(NamedTuple):
    """One change: the hook to call, and what about."""

    hook: Literal["page_added", "page_removed"]
    what: Use


def uses_of(plugin: str, accounts: Iterable[Account]) -> dict[Key, Use]:
    """The accounts that a plugin is enabled for."""
    return {
        (account.object, account.id): Use(info_of(account), use)
        for account in accounts
        for use in account.plugins
        if use.name == plugin
    }


def changes(before: dict[Key, Use], after: dict[Key, Use]) -> Iterator[Change]:
    """What happened in between: what went first, then what came or has another configuration or resource now."""
    for key, use in before.items():
        if key not in after:
            yield Change("page_removed", use)
    for key, use in after.items():
        if before.get(key) != use:
            yield Change("page_added", use)


def info_of(account: Account) -> AccountInfo:
    """What plugins know of an account."""
    return AccountInfo(
        object=account.object, id=account.id, namespace=account.namespace, name=account.name, app_id=account.app_id
    )
