"""The one cookie of a login: sealed, for one app, out of reach of scripts and of other sites' forms. Pure."""

import hashlib
from typing import Final

from pagewire_gateway.access.cookies import value_of
from pagewire_gateway.registry.port import App

LIFE: Final = 3600
"""Seconds the browser keeps it at most; what is in it has ends of its own."""


def is_secure(app: App) -> bool:
    """Whether people reach the login pages by https, as always but on a laptop."""
    return app.login is not None and app.login.redirect_url.startswith("https://")


def name_of(app: App) -> str:
    """The cookie's name. ``__Host-`` makes browsers refuse it from other hosts of the domain."""
    mark = hashlib.sha256(f"{app.namespace}/{app.name}".encode()).hexdigest()[:12]
    return f"__Host-pagewire-{mark}" if is_secure(app) else f"pagewire-{mark}"


def read(app: App, header: str) -> str:
    """The cookie's value out of a ``Cookie`` header; empty if there is none."""
    return value_of(header, name_of(app))


def write(app: App, value: str) -> str:
    """A ``Set-Cookie`` header. Lax, for the answer comes back as a link from Meta's site."""
    secure = "; Secure" if is_secure(app) else ""
    return f"{name_of(app)}={value}; Path=/; Max-Age={LIFE}; HttpOnly; SameSite=Lax{secure}"
