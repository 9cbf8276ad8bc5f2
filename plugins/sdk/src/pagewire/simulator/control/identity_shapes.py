"""Bodies of ``/_control/identity``: the arguments of the acts in ``identity.acts``, by the same names."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.control.shapes import Body
from pagewire.simulator.identity.acts.logins import Lifetime
from pagewire.simulator.identity.facts import TokenFacts
from pagewire.simulator.identity.model import AppRole, PermissionStatus
from pagewire.simulator.identity.quota import Scope


class Login(Body):
    """A person logs in."""

    user: str
    app: str | None = None
    scopes: list[str] | None = None
    declined: list[str] = []
    pages: list[str] | None = None
    redirect_uri: str | None = None
    lifetime: Lifetime = "short"
    business: str | None = None


class InstagramLogin(Body):
    """The owner of an Instagram account logs in."""

    account: str
    app: str | None = None
    scopes: list[str] | None = None
    redirect_uri: str | None = None


class Issue(Body):
    """A token without a login."""

    type: str
    app: str | None = None
    user: str | None = None
    account: str | None = None
    scopes: list[str] | None = None
    expires_in: int = 0
    value: str | None = None


class SetPermission(Body):
    """A permission's new status."""

    who: str
    scope: str
    status: PermissionStatus = "declined"
    app: str | None = None


class Targets(Body):
    """The objects of a permission; ``ids`` null for all."""

    who: str
    scope: str
    ids: list[str] | None = None
    app: str | None = None


class PageOf(Body):
    """A Page of a person."""

    user: str
    page: str
    app: str | None = None


class Expire(Body):
    """When a token expires; null for now."""

    who: str
    at: int | None = None


class Invalidate(Body):
    """The subcode a token, or all of a person's, fail with; null makes them good again."""

    who: str
    subcode: int | None = 460


class RemoveApp(Body):
    """A person removes an app."""

    user: str
    app: str | None = None


class DataAccess(Body):
    """When a person's data closes."""

    user: str
    at: int
    app: str | None = None


class AppSecret(Body):
    """Another secret for an app."""

    app: str | None = None
    secret: str | None = None
    instagram: bool = False
    keep_old: bool = False
    invalidate_tokens: bool = False


class WhichApp(Body):
    """An app."""

    app: str | None = None


class AppMode(Body):
    """Live, or in development."""

    live: bool
    app: str | None = None


class Role(Body):
    """A role on an app; null takes it away."""

    user: str
    role: AppRole | None = None
    app: str | None = None


class Tasks(Body):
    """The tasks of a person or system user on a Page."""

    who: str
    page: str
    tasks: list[str]


class Hidden(Body):
    """Whether a Page is missing from ``/me/accounts``."""

    who: str
    page: str
    hidden: bool = True


class SetUsage(Body):
    """The use of an allowance in percent; null forgets it."""

    scope: Scope
    id: str
    percent: int | None
    regain_minutes: int = 0


class ServeVersion(Body):
    """The version that serves every call; null for the one in the path."""

    version: str | None


class InstagramShape(Body):
    """Whether api.instagram.com answers with the flat object."""

    flat: bool


class MadeCode(msgspec.Struct):
    """An authorization code."""

    code: str


class MadeToken(msgspec.Struct):
    """A token, which only its maker is told, and its ``id``."""

    token: str
    id: str


class MadeSecret(msgspec.Struct):
    """An app secret, which only its maker is told."""

    secret: str


class Everybody(msgspec.Struct, kw_only=True):
    """Who there is, what they granted, and the facts of their tokens."""

    users: list[dict[str, Any]]
    system_users: list[dict[str, Any]]
    businesses: list[dict[str, Any]]
    grants: list[dict[str, Any]]
    tokens: list[TokenFacts]
