"""The addresses of Meta's dialogs, and what comes back from them. Pure (Meta, Manually Build a Login Flow)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import msgspec

from pagewire.sealed import Sealed
from pagewire_gateway.registry.port import App, LoginToken

FACEBOOK: Final = ("pages_show_list",)
PAGE: Final = ("pages_manage_metadata", "pages_messaging", "pages_read_engagement")
LINKED: Final = ("instagram_basic", "instagram_manage_messages")
INSTAGRAM: Final = ("instagram_business_basic", "instagram_business_manage_messages")

_LONGEST_CODE: Final = 2000


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """Where people log in.

    Attributes:
        facebook: ``https://www.facebook.com``, or a simulator's.
        instagram: ``https://www.instagram.com``, or a simulator's.
    """

    facebook: str
    instagram: str


class Refused(msgspec.Struct, frozen=True):
    """No code came back.

    Attributes:
        said: why, in plain words.
        outcome: the same for a metric.
    """

    said: str
    outcome: str


def scopes_for(tokens: Iterable[LoginToken]) -> list[str]:
    """The permissions to ask for: those of the resources, and those without which nothing works."""
    wanted: dict[str, None] = {}
    for token in tokens:
        wanted |= dict.fromkeys((*needed(token), *token.scopes))
    return list(wanted)


def needed(token: LoginToken) -> tuple[str, ...]:
    """The permissions without which a token is of no use."""
    if token.provider == "Instagram":
        return INSTAGRAM
    return (*FACEBOOK, *(PAGE if token.page_id else ()), *(LINKED if token.linked else ()))


def url_of(app: App, tokens: Sequence[LoginToken], hosts: Hosts, redirect_uri: str, state: str, *, again: bool) -> str:
    """Where the browser is sent.

    Args:
        app: the app logged in to.
        tokens: what for, all of one provider.
        hosts: where people log in.
        redirect_uri: where they come back to, byte for byte as registered.
        state: comes back with them.
        again: ask once more for what was declined before.
    """
    query = {"redirect_uri": redirect_uri, "state": state, "response_type": "code"}
    if tokens[0].provider == "Instagram":
        query |= {"client_id": app.instagram_id or app.app_id, "scope": ",".join(scopes_for(tokens))}
        return f"{hosts.instagram.rstrip('/')}/oauth/authorize?{urlencode(query)}"
    query["client_id"] = app.app_id
    if app.login is not None and app.login.config_id:
        query["config_id"] = app.login.config_id  # A configuration decides on the permissions (Login for Business).
    else:
        query["scope"] = ",".join(scopes_for(tokens))
    if again:
        query["auth_type"] = "rerequest"
    return f"{hosts.facebook.rstrip('/')}/{app.graph_version}/dialog/oauth?{urlencode(query)}"


def answer(query: Mapping[str, str]) -> Sealed[str] | Refused:
    """The code that came back, or why none did."""
    if "error" in query or "error_code" in query or "error_reason" in query:
        return _refused(query)
    code = query.get("code", "").removesuffix("#_=_").removesuffix("#_")
    if not code or len(code) > _LONGEST_CODE or not code.isascii() or not code.isprintable():
        return Refused("Meta's answer holds no code. Begin again.", "no_code")
    return Sealed(code)


def _refused(query: Mapping[str, str]) -> Refused:
    if query.get("error") == "access_denied" or query.get("error_reason") == "user_denied":
        return Refused("You cancelled the login, so nothing was changed.", "cancelled")
    # Meta's own words may be anything by the time they come through a browser: they are not shown.
    return Refused(
        "Meta refused the login, so nothing was changed. Try again, or ask who sent you the link.", "refused"
    )
