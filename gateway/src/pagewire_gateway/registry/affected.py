"""Which apps and accounts a change of documents concerns, so that nobody else is looked at again.

Pure. Reading one Page again concerns that Page, and the Instagram accounts reached through it.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from .entries import AccountEntry, AppEntry, Entry, InstagramEntry, PageEntry, SecretEntry, TokenEntry
from .names import ByName
from .port import Name
from .resolve import World

E = TypeVar("E", bound=Entry)

Before = Mapping[str, ByName[Entry | None]]
"""By kind, every resource that is told anew, with what was told of it before."""


class Affected(msgspec.Struct, frozen=True):
    """Names of what must be resolved again."""

    apps: set[Name]
    pages: set[Name]
    instagram: set[Name]


def affected(before: Before, world: World, instagram: ByName[InstagramEntry]) -> Affected:
    """What follows from a change.

    Args:
        before: Every resource that is told anew.
        world: What the documents say now.
        instagram: The Instagram accounts they tell of.
    """
    secrets = _changed(before, SecretEntry, world.secrets)
    apps = _changed(before, AppEntry, world.apps)
    tokens = _changed(before, TokenEntry, world.tokens) | _where(
        world.tokens, secrets, lambda token: (token.namespace, token.secret) in secrets
    )

    def account(entry: AccountEntry) -> bool:
        return entry.app in apps or (entry.namespace, entry.token) in tokens

    pages = _told(before, PageEntry) | _where(world.pages, apps or tokens, account)
    return Affected(
        apps=_told(before, AppEntry) | _where(world.apps, secrets, lambda app: bool(app.secrets() & secrets)),
        pages=pages,
        instagram=_told(before, InstagramEntry)
        | _where(instagram, apps or tokens or pages, lambda one: account(one) or (one.namespace, one.page) in pages),
    )


def _told(before: Before, kind: type[Entry]) -> set[Name]:
    """Resources of a kind that are told anew, be it the same or not."""
    return {name for name, _ in before[kind.kind].items()}


def _changed(before: Before, kind: type[E], now: ByName[E]) -> set[Name]:
    """Resources of a kind that say something else than before."""
    told = ((name, old, now.get(name)) for name, old in before[kind.kind].items())
    return {name for name, old, new in told if new is None or not new.says_the_same(old)}


def _where(entries: ByName[E], worth_it: object, asked: Callable[[E], bool]) -> set[Name]:
    return {name for name, entry in entries.items() if asked(entry)} if worth_it else set()
