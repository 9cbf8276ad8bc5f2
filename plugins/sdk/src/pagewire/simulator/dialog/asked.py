"""What an app asks of a login dialog, checked as Meta checks it before it shows anything. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from pagewire.simulator.identity.scopes import DIALOG_PERMISSIONS, LOGIN_PERMISSIONS, unknown
from pagewire.simulator.state import State
from pagewire.simulator.world import App

Provider = Literal["facebook", "instagram"]


class Blocked(Exception):
    """The dialog does not open. Meta tells the person and does not go back to the app.

    Args:
        title: the heading.
        said: a sentence below it.
    """

    def __init__(self, title: str, said: str) -> None:
        super().__init__(said)
        self.title, self.said = title, said


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a login that holds.

    Attributes:
        provider: whose dialog it is.
        app: who asks.
        redirect_uri: where the person goes afterwards, as registered.
        state: handed back as it came; None when there was none.
        scopes: permissions asked for, in the order of the request.
        rerequest: ask again for what was declined before.
        config_id: configuration of Facebook Login for Business, which is granted whole or not at all.
    """

    provider: Provider
    app: App
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]
    rerequest: bool = False
    config_id: str | None = None


def read(state: State, provider: Provider, query: Mapping[str, str]) -> Asked:
    """Check the query of a dialog.

    Raises:
        Blocked: no such app, an address that is not registered, an unknown permission or configuration.
    """
    app = _app(state, provider, query.get("client_id", ""))
    redirect = _redirect(app, query.get("redirect_uri", ""))
    if query.get("response_type", "code") != "code":
        raise Blocked("Invalid response type", "The simulator plays response_type=code only.")
    config = query.get("config_id") or None
    scopes = _configured(app, config) if config else _scopes(provider, query.get("scope", ""))
    return Asked(
        provider=provider,
        app=app,
        redirect_uri=redirect,
        state=query.get("state"),
        scopes=scopes,
        rerequest=query.get("auth_type") == "rerequest",
        config_id=config,
    )


def _app(state: State, provider: Provider, client_id: str) -> App:
    for app in state.apps.values():
        if client_id == (app.id if provider == "facebook" else app.instagram_app_id or app.id):
            return app
    raise Blocked("Invalid App ID", "The provided app ID does not look like a valid app ID.")


def _redirect(app: App, asked: str) -> str:
    if asked in app.redirect_uris or (not app.live and _is_local(asked)):
        return asked
    raise Blocked(
        "URL blocked",
        "This redirect failed because the redirect URI is not white-listed in the app's client OAuth settings. "
        "Make sure that the client and web OAuth logins are on and add all your app domains as valid OAuth redirect URIs.",
    )


def _is_local(uri: str) -> bool:
    """Addresses of this machine need no entry, but only while the app is in development."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname == "localhost"


def _scopes(provider: Provider, text: str) -> tuple[str, ...]:
    wanted = list(dict.fromkeys(text.replace(",", " ").split()))
    allowed = DIALOG_PERMISSIONS if provider == "facebook" else LOGIN_PERMISSIONS
    if (at := unknown(wanted, allowed)) is not None:
        raise Blocked("Invalid Scopes", f"Invalid Scopes: {wanted[at]}. This message is only shown to developers.")
    return tuple(scope for scope in wanted if scope != "public_profile")


def _configured(app: App, config_id: str) -> tuple[str, ...]:
    found = app.login_configs.get(config_id)
    if found is None:
        raise Blocked("Feature unavailable", "This configuration does not exist for this app.")
    return tuple(sorted(found))
