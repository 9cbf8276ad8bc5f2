"""Which AccessTokens come from a login, by the app they belong to. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .entries import InstagramEntry, TokenEntry
from .names import ByName
from .port import LoginToken, Name
from .resolve import Fault, World, app_of

LOGIN = "login"

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
        others = (InstagramEntry.kind, "MessengerApp")
        if told or (self._names and any(True for kind in others for _ in before[kind].items())):
            self.now = self._by_app(world)
        return self.now

    def _by_app(self, world: World) -> ByApp:
        users = self._users() if self._names else {}
        found: dict[Name, list[LoginToken]] = defaultdict(list)
        for name in sorted(self._names):
            token = world.tokens.get(name)
            if token is not None and not isinstance(app_of(token, token.app, world), Fault):
                found[token.app].append(_login(token, tuple(users.get(name, ()))))
        return {app: tuple(tokens) for app, tokens in found.items()}

    def _users(self) -> dict[Name, list[str]]:
        users: dict[Name, list[str]] = defaultdict(list)
        for account in self._instagram.values():
            if account.token:
                users[account.namespace, account.token].append(account.account)
        return users


def _login(token: TokenEntry, accounts: tuple[str, ...]) -> LoginToken:
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
    )
