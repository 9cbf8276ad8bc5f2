"""Which accounts speak with the token of a login, or with one derived from it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from .entries import InstagramEntry, PageEntry, TokenEntry
from .names import ByName
from .port import Account, Name, Spoken
from .resolve import World

MOST_STEPS: Final = 8
"""AccessTokens that are derived one from the other; the operator allows fewer."""


def spoken(
    login: Name, world: World, instagram: ByName[InstagramEntry], accounts: Mapping[str, Mapping[str, Account]]
) -> Iterator[Spoken]:
    """The accounts that speak with a login's token."""
    names = _heirs(login, world.tokens)
    for page in world.pages.values():
        if (page.namespace, page.token) in names:
            yield from _held(accounts.get("page", {}).get(page.account), page.id, (page.namespace, page.token))
    for one in instagram.values():
        token = _token(one, world)
        if token in names:
            yield from _held(accounts.get("instagram", {}).get(one.account), one.id, token)


def _token(entry: InstagramEntry, world: World) -> Name:
    page: PageEntry | None = world.pages.get((entry.namespace, entry.page)) if entry.page else None
    return (entry.namespace, page.token if page is not None else entry.token)


def _held(account: Account | None, resource: Name, token: Name) -> Iterator[Spoken]:
    # Of two resources that name the same account only one counts.
    if account is not None and (account.namespace, account.name) == resource:
        yield Spoken(account, token)


def _heirs(login: Name, tokens: ByName[TokenEntry]) -> set[Name]:
    """The AccessToken, and those derived from it."""
    names, namespace = {login}, login[0]
    for _ in range(MOST_STEPS):
        more = {
            one.id for one in tokens.values() if one.namespace == namespace and (namespace, one.sort.parent) in names
        } - names
        if not more:
            break
        names |= more
    return names
