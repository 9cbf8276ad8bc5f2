"""The HTML of the chat page, made on the server. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlencode

from pagewire.simulator.identity.model import User
from pagewire.simulator.world import Account, Person

_FOLDER = files("pagewire.simulator.chat")
_PAGE = Template(_FOLDER.joinpath("page.html").read_text(encoding="utf-8"))
_SCRIPT, _STYLE = "text/javascript", "text/css"
FILES = {
    name: (kind, _FOLDER.joinpath(name).read_text(encoding="utf-8"))
    for name, kind in (
        ("chat.js", _SCRIPT),
        ("make.js", _SCRIPT),
        ("bubbles.js", _SCRIPT),
        ("templates.js", _SCRIPT),
        ("forms.js", _SCRIPT),
        ("acts.js", _SCRIPT),
        ("wire.js", _SCRIPT),
        ("page.css", _STYLE),
        ("talk.css", _STYLE),
        ("templates.css", _STYLE),
    )
}
"""File name to its media type and text."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""A strict policy: nothing from elsewhere, nothing inline."""

PICTURE_HEADERS = HEADERS | {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""For drawn pictures: not even our own script may run in one that is opened by itself."""


def render(
    accounts: Iterable[Account],
    account: Account | None,
    people: Iterable[Person],
    person: Person | None,
    scoped: str,
    users: Iterable[User] = (),
) -> str:
    """The whole page.

    Args:
        accounts: to choose from.
        account: the chosen one; None when the world has none.
        people: who is known on it.
        person: the chosen one.
        scoped: their PSID or IGSID.
        users: people with a login, who may leave an app or ask for deletion.
    """
    chosen = account.id if account is not None else ""
    key = person.key if person is not None else ""
    name = account.name if account is not None else "Nobody"
    return _PAGE.substitute(
        accounts="\n".join(_account(a, chosen, key) for a in accounts) or "<li>This world has no accounts.</li>",
        people="\n".join(_person(p, chosen, key) for p in people),
        account=escape(chosen),
        object=account.object if account is not None else "page",
        name=escape(_shown(account)),
        initial=escape(name[:1]),
        product="Instagram" if account is not None and account.object == "instagram" else "Messenger",
        users="\n".join(_user(user) for user in users) or "<li>Nobody.</li>",
        person=escape(key),
        person_name=escape(person.name if person is not None else ""),
        scoped=escape(scoped),
    )


def _shown(account: Account | None) -> str:
    """What the app calls an account: Instagram shows the user name."""
    if account is None:
        return "Nobody"
    return account.username or account.name


def _user(user: User) -> str:
    name, key = escape(user.name), escape(user.id)
    return (
        f"<li><span>{name}<small>{key}</small></span>"
        f'<button type="button" data-privacy="deauthorize" data-user="{key}">Remove the app</button>'
        f'<button type="button" data-privacy="deletion" data-user="{key}">Delete my data</button></li>'
    )


def _account(account: Account, chosen: str, person: str) -> str:
    current = ' aria-current="true"' if account.id == chosen else ""
    how = "Messenger" if account.object == "page" else "Instagram"
    if account.instagram_login:
        how = "Instagram Login"
    link = escape("/chat?" + urlencode({"account": account.id, "person": person}))
    return (
        f'<li><a href="{link}"{current}><span class="dot {account.object}"></span>'
        f"<span>{escape(account.name)}<small>{how}</small></span></a></li>"
    )


def _person(person: Person, account: str, chosen: str) -> str:
    current = ' aria-current="true"' if person.key == chosen else ""
    link = escape("/chat?" + urlencode({"account": account, "person": person.key}))
    initials = escape((person.first_name[:1] + person.last_name[:1]).upper())
    name, key = escape(person.name), escape(person.key)
    return (
        f'<li><a href="{link}"{current}><span class="face" aria-hidden="true">{initials}</span>'
        f"<span>{name}<small>{key}</small></span></a></li>"
    )
