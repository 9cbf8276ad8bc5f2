"""The HTML of the login dialogs. Pure; no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from string import Template

from pagewire.simulator.dialog.asked import Asked, Blocked

_FOLDER = files("pagewire.simulator.dialog")
_FRAME = Template(_FOLDER.joinpath("frame.html").read_text(encoding="utf-8"))
STYLE = _FOLDER.joinpath("dialog.css").read_text(encoding="utf-8")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Strict but for where the form leads: the answer to it goes back to any app."""

Choice = tuple[str, str, str]
"""Value, name and a remark of something to choose."""


def who(asked: Asked, query: Mapping[str, str], choices: Iterable[Choice]) -> str:
    """First page: who is logging in."""
    name = "Instagram" if asked.provider == "instagram" else "Facebook"
    people = "\n".join(
        f'<li><button name="as" value="{escape(value)}"><b>{escape(title)}</b> <small>{escape(remark)}</small></button></li>'
        for value, title, remark in choices
    )
    body = (
        f'<form method="get">{_hidden(query)}<p>Who are you? A simulated {name} asks for no password.</p>'
        f'<ul class="people">{people or "<li>Nobody in this world can log in to this app.</li>"}</ul></form>'
    )
    return _frame(asked.provider, f"Log in to {name}", body)


def consent(
    asked: Asked, query: Mapping[str, str], name: str, pages: Iterable[Choice] | None, scopes: Iterable[str]
) -> str:
    """Second page: what is granted.

    Args:
        asked: the request.
        query: its query with the person in it, to be posted again.
        name: who is logged in.
        pages: the Pages to tick; None for Instagram, which has none.
        scopes: the permissions shown.
    """
    parts = [
        f"<p><b>{escape(asked.app.name)}</b> would like to manage your account. You are <b>{escape(name)}</b>.</p>"
    ]
    if pages is not None:
        parts.append(_pages(pages))
    parts.append(_permissions(scopes, fixed=asked.config_id is not None))
    parts.append(
        '<p class="acts"><button name="act" value="cancel">Cancel</button>'
        '<button name="act" value="allow" class="main">Continue</button></p>'
    )
    body = f'<form method="post">{_hidden(query)}{"".join(parts)}</form>'
    return _frame(asked.provider, f"{asked.app.name} wants access", body)


def blocked(provider: str, problem: Blocked) -> str:
    """The dialog that does not open."""
    return _frame(provider, problem.title, f'<p role="alert">{escape(problem.said)}</p>')


def _pages(pages: Iterable[Choice]) -> str:
    rows = "".join(
        f'<li><label><input type="checkbox" name="page" value="{escape(value)}" checked>'
        f"<span>{escape(title)} <small>{escape(remark)}</small></span></label></li>"
        for value, title, remark in pages
    )
    every = (
        '<label><input type="checkbox" name="all_pages" value="yes"><span>All current and future Pages</span></label>'
    )
    return f"<fieldset><legend>Pages</legend>{every}<ul>{rows or '<li>You manage no Page.</li>'}</ul></fieldset>"


def _permissions(scopes: Iterable[str], *, fixed: bool) -> str:
    rows = "".join(
        f'<li><label><input type="checkbox" name="permission" value="{escape(scope)}" checked>'
        f"<span><code>{escape(scope)}</code></span></label></li>"
        for scope in scopes
    )
    whole = "<p><small>A configuration is granted whole or not at all.</small></p>" if fixed else ""
    return f"<fieldset><legend>Permissions</legend><ul>{rows or '<li>Nothing new is asked for.</li>'}</ul>{whole}</fieldset>"


def _hidden(query: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
    )


def _frame(provider: str, title: str, body: str) -> str:
    return _FRAME.substitute(provider=provider, title=escape(title), body=body)
