"""Which AccessTokens come from a login, by the app they belong to. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from .entries import AppEntry, InstagramEntry, PageEntry, TokenEntry
from .names import ByName
from .port import LoginToken, Name
from .resolve import Fault, World, app_of

LOGIN: Final = "login"
_OTHERS: Final = (AppEntry.kind, PageEntry.kind, InstagramEntry.kind)
"""Kinds that say something about a login besides the AccessToken itself."""

Before = Mapping[str, ByName[Any]]
ByApp = Mapping[Name, tuple[LoginToken, ...]]


class Logins:
    """Kept up to date from what is told anew: of many tokens few come from a login, so all are never looked through.

    Args:
        instagram: the Instagram accounts that are told of.
    """

    def __init__(self, instagram: ByName[InstagramEntry]) -> None:
        self.now: ByApp = {}
        self._instagram = instagram
        self._names: set[Name] = set()

    def renew(self, before: Before, world: World) -> ByApp:
        """Take in a change.

        Args:
            before: by kind, every resource that is told anew.
            world: what the documents say now.
        """
        told = [name for name, _ in before[TokenEntry.kind].items()]
        for name in told:
            token = world.tokens.get(name)
            (self._names.add if token is not None and token.sort.source == LOGIN else self._names.discard)(name)
        if told or (self._names and any(True for kind in _OTHERS for _ in before[kind].items())):
            self.now = self._by_app(world)
        return self.now

    def _by_app(self, world: World) -> ByApp:
        accounts, linked = self._users(world) if self._names else ({}, set())
        found: dict[Name, list[LoginToken]] = defaultdict(list)
        for name in sorted(self._names):
            token = world.tokens.get(name)
            if token is not None and not isinstance(app_of(token, token.app, world), Fault):
                found[token.app].append(_login(token, tuple(accounts.get(name, ())), name in linked))
        return {app: tuple(tokens) for app, tokens in found.items()}

    def _users(self, world: World) -> tuple[dict[Name, list[str]], set[Name]]:
        """The Instagram accounts of each token, and the tokens of Pages that Instagram accounts are linked to."""
        accounts: dict[Name, list[str]] = defaultdict(list)
        linked: set[Name] = set()
        for account in self._instagram.values():
            page = world.pages.get((account.namespace, account.page)) if account.page else None
            if page is not None:
                linked.add((page.namespace, page.token))
            if account.token:
                accounts[account.namespace, account.token].append(account.account)
        return accounts, linked


def _login(token: TokenEntry, accounts: tuple[str, ...], linked: bool) -> LoginToken:
    return LoginToken(
        namespace=token.namespace,
        name=token.name,
        app=token.app,
        type=token.sort.type,
        provider=token.sort.provider,
        page_id=token.page_id,
        scopes=token.sort.scopes,
        users=token.sort.users,
        accounts=accounts,
        linked=linked,
    )
