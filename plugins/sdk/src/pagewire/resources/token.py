"""`AccessToken`: one token of Meta's, where it comes from and how it is renewed."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from msgspec import Meta, field

from .base import Resource
from .common import AppRef, Duration, LocalRef, NumericId, Part, ResourceName, SecretKeyRef, Spec
from .token_status import AccessTokenStatus

TOKEN_KEY: Final = "token"  # noqa: S105 - the name of a key
"""The key of a Secret that an AccessToken owns."""
OWNED_SUFFIX: Final = "-access-token"
LOGIN_SUFFIX: Final = "-login"
PAGE_TOKEN_KEY: Final = "page-token"  # noqa: S105 - the name of a key
"""The key of a login's file that holds the Page's own token, where no operator derives it."""

Scope = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]*\Z",
        max_length=64,
        description="the name of a permission as Meta writes it, as in pages_messaging",
    ),
]


class TokenType(StrEnum):
    """The five types of access token (Meta, Access Tokens)."""

    APP = "App"
    CLIENT = "Client"
    USER = "User"
    PAGE = "Page"
    SYSTEM_USER = "SystemUser"


class LoginProvider(StrEnum):
    """Whose login a token is made by, and so which host takes it."""

    FACEBOOK = "Facebook"
    """graph.facebook.com."""
    INSTAGRAM = "Instagram"
    """graph.instagram.com; always runs out after 60 days unless it is refreshed."""


class AppTokenForm(StrEnum):
    """How an app token is made."""

    ID_AND_SECRET = "IdAndSecret"  # noqa: S105 - a form
    """``{app id}|{app secret}``, with no call to Meta."""
    CLIENT_CREDENTIALS = "ClientCredentials"
    """Asked of Meta with grant type client_credentials."""


class Login(Part, frozen=True, kw_only=True):
    """The token comes from a Facebook or Instagram Login in the browser; see `pagewire login`.

    Attributes:
        users: App-scoped ids of the people who may log in; for Instagram, of the accounts. Anybody with the link if empty.
    """

    users: Annotated[list[NumericId], Meta(max_length=100)] = []


class AppCredentials(Part, frozen=True, kw_only=True):
    """The token is made of the app's own id and secret, or client token.

    Attributes:
        form: IdAndSecret (if absent) joins id and secret; ClientCredentials asks Meta for a token that does not show
            the secret. A token of type Client has no choice.
    """

    form: AppTokenForm | None = None


class SystemUser(Part, frozen=True, kw_only=True):
    """The token is generated for a system user of the business that owns the app.

    Attributes:
        system_user_id: Meta's id of the system user.
        token_ref: An AccessToken that may generate it: of an admin, or of an admin system user.
        expiring: Generate a token that ends after 60 days and is refreshed ahead of that. Some businesses must.
    """

    system_user_id: NumericId
    token_ref: LocalRef
    expiring: bool = False


class TokenSource(Part, frozen=True, kw_only=True):
    """Where a token comes from: exactly one of the five.

    Attributes:
        secret_ref: A Secret holds it.
        token_ref: It is derived from another AccessToken, as a Page's is from its user's or system user's.
        login: Somebody logs in with the browser.
        app_credentials: It is made of the app's own id and secret. Types App and Client only.
        system_user: It is generated for a system user. Type SystemUser only.
    """

    secret_ref: SecretKeyRef | None = None
    token_ref: LocalRef | None = None
    login: Login | None = None
    app_credentials: AppCredentials | None = None
    system_user: SystemUser | None = None


class AccessTokenSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of a token.

    Attributes:
        app_ref: The MessengerApp it belongs to. Cannot be changed.
        type: App, Client, User, Page or SystemUser. Cannot be changed.
        provider: Whose login made it: Facebook, or Instagram for an InstagramAccount with a tokenRef (type User only).
            Cannot be changed.
        page_id: The Page of a token of type Page. Cannot be changed.
        business_id: The business portfolio the Page is reached through, where a derived token is not found otherwise.
        source: Where it comes from: exactly one of secretRef, tokenRef, login, appCredentials and systemUser.
        scopes: Permissions it must carry. They are checked, and asked for when a token is generated.
        renew_before: How long before its end it is renewed; 168h if absent.
        secret_name: The Secret the operator keeps a renewed, derived or generated token in, under key token;
            "<name>-access-token" if absent. The operator makes it; it must not exist already. Cannot be changed.
    """

    app_ref: AppRef
    type: TokenType
    provider: LoginProvider = LoginProvider.FACEBOOK
    page_id: NumericId | None = None
    business_id: NumericId | None = None
    source: TokenSource = field(name="from")
    scopes: Annotated[list[Scope], Meta(max_length=100)] = []
    renew_before: Duration = "168h"
    secret_name: ResourceName | None = None


class AccessToken(Resource, frozen=True, kw_only=True):
    """An access token: where it comes from, what it may do, and when it is renewed."""

    kind: Literal["AccessToken"] = "AccessToken"
    spec: AccessTokenSpec
    status: AccessTokenStatus | None = None


def owned_secret(token: AccessToken) -> str:
    """Name of the Secret the operator keeps this token in, if it keeps one; the key is `TOKEN_KEY`."""
    return token.spec.secret_name or f"{token.metadata.name}{OWNED_SUFFIX}"


def login_secret(token: AccessToken) -> str:
    """Name of the Secret that a login leaves its token in; the key is `TOKEN_KEY`."""
    return f"{token.metadata.name}{LOGIN_SUFFIX}"
