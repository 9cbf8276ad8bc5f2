"""Login links: for the tokens an operator names, good once and for a while. Pure; chance and clock are given."""

from collections.abc import Sequence
from typing import Final

import msgspec

from pagewire_gateway.registry.port import App, LoginToken, Registry

from .seals import key_of, seal, unseal
from .visit import MOST_TOKENS, Ticket, Visit, full_name

LONGEST: Final = 7 * 24 * 3600
"""Seconds a link can be good for."""


_ROOMY: Final = 2500
"""Characters of a sealed ticket, so that what is added during a login fits into a cookie with it."""


class LinkError(Exception):
    """No link can be made.

    Args:
        said: why.
        hint: what to do.
        code: a word for programs.
    """

    def __init__(self, said: str, hint: str, code: str) -> None:
        super().__init__(said)
        self.hint, self.code = hint, code


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A login link.

    Attributes:
        url: to be sent to the person who shall log in, and to nobody else.
        tokens: AccessTokens it is for, as ``namespace/name``.
        until: seconds since 1970.
    """

    url: str
    tokens: tuple[str, ...]
    until: int


def make(registry: Registry, names: Sequence[str], once: str, until: int) -> tuple[Link, tuple[LoginToken, ...]]:
    """A link for AccessTokens of one app.

    Args:
        registry: knows apps and tokens.
        names: as ``namespace/name``; at least one.
        once: unguessable.
        until: seconds since 1970.

    Raises:
        LinkError: no such token, or the app's login pages are closed.
    """
    tokens = find(registry, names)
    app = registry.app(*tokens[0].app)
    if app is None or app.login is None or app.closed:
        name = "/".join(tokens[0].app)
        raise LinkError(
            f"The login pages of MessengerApp {name} are closed.",
            "Give it a spec.login with the redirectURL that is registered at Meta, and an app secret.",
            "login_closed",
        )
    ticket = Ticket(id=once, tokens=tuple(full_name(token) for token in tokens), until=until)
    sealed = seal(ticket, keys_of(app)[0])
    if len(sealed) > _ROOMY:
        raise LinkError("The names of these tokens are too long for one link.", "Make several links.", "invalid")
    address = app.login.redirect_url.removesuffix("/callback")
    return Link(url=f"{address}?ticket={sealed}", tokens=ticket.tokens, until=until), tokens


def find(registry: Registry, names: Sequence[str]) -> tuple[LoginToken, ...]:
    """The AccessTokens of these names, all of one app.

    Raises:
        LinkError: one of them does not exist or does not come from a login, or they belong to several apps.
    """
    known = {full_name(token): token for app in registry.apps() for token in registry.logins((app.namespace, app.name))}
    for name in names:
        if name not in known:
            raise LinkError(
                f"No AccessToken {name} comes from a login.",
                "Its resource needs `from: {login: {}}`, and an appRef that may be used."
                + (f" These do: {', '.join(sorted(known)[:10])}." if known else ""),
                "not_found",
            )
    tokens = tuple(known[name] for name in dict.fromkeys(names))
    if len({token.app for token in tokens}) != 1 or len(tokens) > MOST_TOKENS:
        raise LinkError(
            f"A link is for at most {MOST_TOKENS} tokens of one MessengerApp.", "Make several links.", "invalid"
        )
    return tokens


def keys_of(app: App) -> list[bytes]:
    """The keys of an app's seals, the one to use first."""
    return [key_of(secret.reveal(), app.namespace, app.name) for secret in app.secrets]


def open_ticket(app: App, text: str, now: int) -> Ticket | None:
    """The ticket of a link, if it is ours and has not ended."""
    ticket = unseal(text, Ticket, keys_of(app))
    return ticket if ticket is not None and ticket.until > now else None


def open_visit(app: App, text: str, now: int) -> Visit | None:
    """What the browser kept, if it is ours and its link has not ended."""
    visit = unseal(text, Visit, keys_of(app))
    return visit if visit is not None and visit.ticket.until > now else None
