"""`AccessToken`: one token of Meta's, where it comes from and how it is renewed."""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, field

from .base import Resource
from .common import AppRef, Duration, LocalRef, NumericId, Part, SecretKeyRef, Spec

Scope = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]*\Z",
        max_length=64,
        description="the name of a permission as Meta writes it, as in pages_messaging",
    ),
]


class TokenType(StrEnum):
    """The five types of access token (graph.md 2.1)."""

    APP = "App"
    CLIENT = "Client"
    USER = "User"
    PAGE = "Page"
    SYSTEM_USER = "SystemUser"


class Login(Part, frozen=True, kw_only=True):
    """The token comes from a Facebook or Instagram Login in the browser. Nothing to set yet."""


class AppCredentials(Part, frozen=True, kw_only=True):
    """The token is made of the app's own id and secret. Nothing to set yet."""


class TokenSource(Part, frozen=True, kw_only=True):
    """Where a token comes from: exactly one of the four."""

    secret_ref: SecretKeyRef | None = None
    """A Secret holds it."""
    token_ref: LocalRef | None = None
    """It is derived from another AccessToken, as a Page's is from its user's."""
    login: Login | None = None
    app_credentials: AppCredentials | None = None


class AccessTokenSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of a token."""

    app_ref: AppRef
    type: TokenType
    page_id: NumericId | None = None
    """The Page of a token of type Page."""
    source: TokenSource = field(name="from")
    scopes: Annotated[list[Scope], Meta(max_length=100)] = []
    """Permissions the token must carry."""
    renew_before: Duration = "168h"
    """How long before its end a token is renewed."""


class AccessToken(Resource, frozen=True, kw_only=True):
    """An access token."""

    kind: Literal["AccessToken"] = "AccessToken"
    spec: AccessTokenSpec
