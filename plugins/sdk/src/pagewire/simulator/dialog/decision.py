"""What a person does with a login dialog, and where the browser goes then."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

import msgspec

from pagewire.simulator.dialog.asked import Asked
from pagewire.simulator.identity.acts import Identities
from pagewire.simulator.identity.model import User
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import Impossible
from pagewire.simulator.world import Account


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """What the person chose.

    Attributes:
        who: person id, or id of the Instagram account.
        pages: Pages ticked; None for all, present and future.
        granted: permissions left ticked.
    """

    who: str
    pages: Collection[str] | None
    granted: Collection[str]


def people(meta: Meta, asked: Asked) -> list[User]:
    """Who can log in: during development, people with a role on the app only."""
    users = meta.state.identity.users.values()
    return [user for user in users if asked.app.live or user.id in asked.app.team]


def pages_of(meta: Meta, user: User) -> list[Account]:
    """The Pages a person has a task on."""
    return [meta.state.accounts[page] for page, tasks in user.pages.items() if tasks and page in meta.state.accounts]


def professionals(meta: Meta) -> list[Account]:
    """The Instagram accounts that can log in."""
    return [account for account in meta.state.accounts.values() if account.object == "instagram"]


def offered(meta: Meta, asked: Asked, user_id: str) -> list[str]:
    """The permissions the dialog shows: what was declined before comes back on request only (graph.md 3.2)."""
    if asked.provider == "instagram" or asked.rerequest or asked.config_id:
        return list(asked.scopes)
    known = meta.state.identity.grant(user_id, asked.app.id).permissions
    return [scope for scope in asked.scopes if known.get(scope) != "declined"]


def allow(meta: Meta, asked: Asked, ticked: Ticked) -> str:
    """The person continues; where the browser goes, with a code that works once, for ten minutes.

    Raises:
        Unknown: nobody of this name.
        Impossible: they may not log in, or ticked no Page.
    """
    code = _instagram_code(meta, asked, ticked) if asked.provider == "instagram" else _code(meta, asked, ticked)
    return _back(asked, {"code": code}) + ("#_" if asked.provider == "instagram" else "#_=_")


def cancel(asked: Asked) -> str:
    """The person refuses; where the browser goes."""
    return _back(
        asked, {"error": "access_denied", "error_reason": "user_denied", "error_description": "Permissions error"}
    )


def _code(meta: Meta, asked: Asked, ticked: Ticked) -> str:
    shown = offered(meta, asked, ticked.who)
    if ticked.pages is not None and not ticked.pages:
        raise Impossible("Choose at least one Page; go back to do so.")
    declined = [scope for scope in shown if scope not in ticked.granted]
    return Identities(meta).mint_code(
        ticked.who,
        app=asked.app.id,
        scopes=shown,
        declined=shown if declined and asked.config_id else declined,
        pages=ticked.pages,
        redirect_uri=asked.redirect_uri,
    )


def _instagram_code(meta: Meta, asked: Asked, ticked: Ticked) -> str:
    return Identities(meta).mint_instagram_code(
        ticked.who,
        app=asked.app.id,
        scopes=[scope for scope in asked.scopes if scope in ticked.granted],
        redirect_uri=asked.redirect_uri,
    )


def _back(asked: Asked, answer: dict[str, str]) -> str:
    if asked.state is not None:
        answer["state"] = asked.state
    joint = "&" if "?" in asked.redirect_uri else "?"
    return f"{asked.redirect_uri}{joint}{urlencode(answer)}"
