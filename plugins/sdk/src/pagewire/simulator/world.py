"""What a simulated world is made of: apps, accounts, tokens and people, as plain data.

A ``World`` is what a test, a manifest folder or ``PUT /_control/world`` describes. ``state`` puts it to work.
"""

from __future__ import annotations

from typing import Literal

import msgspec

ObjectName = Literal["page", "instagram"]
TokenType = Literal["PAGE", "USER", "SYSTEM_USER", "INSTAGRAM"]

EVERY_FIELD = "*"
"""Stands for all fields of an object in ``Account.subscribed`` and ``Subscription.fields``."""

PAGE_SCOPES = frozenset(
    {
        "business_management",
        "instagram_basic",
        "instagram_manage_comments",
        "instagram_manage_messages",
        "pages_manage_metadata",
        "pages_messaging",
        "pages_read_engagement",
        "pages_show_list",
        "page_utility_messaging",
    }
)
INSTAGRAM_SCOPES = frozenset(
    {"instagram_business_basic", "instagram_business_manage_comments", "instagram_business_manage_messages"}
)


class Subscription(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An app's webhook subscription to one object: where deliveries go, and for which fields.

    Attributes:
        callback_url: absolute http(s) URL that takes the GET handshake and the POST deliveries.
        fields: subscribed field names; ``{"*"}`` for all.
        active: False once Meta, or the app, switched it off.
    """

    callback_url: str
    fields: set[str] = msgspec.field(default_factory=lambda: {EVERY_FIELD})
    active: bool = True


class App(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A Meta app.

    Attributes:
        id: decimal app id.
        secret: the App Secret: signs deliveries, makes the app token and checks ``appsecret_proof``.
        name: shown by ``debug_token``.
        instagram_secret: the Instagram app's own secret; signs Instagram Login traffic when set
            (webhooks.md 1.2).
        verify_token: sent in the GET handshake.
        require_proof: the setting "Require App Secret".
        live: False is development mode: only ``roles`` can be written to.
        roles: scoped ids of people with a role on the app.
        human_agent: whether the Human Agent feature passed app review.
        subscriptions: per object, the app-level subscription.
    """

    id: str
    secret: str
    name: str = "Simulated app"
    instagram_secret: str | None = None
    verify_token: str = ""
    require_proof: bool = False
    live: bool = True
    roles: set[str] = msgspec.field(default_factory=set)
    human_agent: bool = False
    subscriptions: dict[ObjectName, Subscription] = msgspec.field(default_factory=dict)

    @property
    def token(self) -> str:
        """The app token in its literal form."""
        return f"{self.id}|{self.secret}"


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A Page (object ``page``) or an Instagram professional account (object ``instagram``).

    Attributes:
        id: Page id or Instagram account id, as in ``entry.id``.
        object: which of the two.
        name: display name.
        username: Instagram only.
        page_id: the linked Page of an Instagram account; None means it is reached by Instagram Login.
        subscribed: app id to the fields this account installed the app with (``subscribed_apps``).
        default_app: the app that conversation routing gives idle threads to; None leaves routing off.
        restricted: Meta restricted the account for policy.
        access_off: the Instagram owner switched API access to messages off.
        news: a registered news Page, which may use ``NON_PROMOTIONAL_SUBSCRIPTION``.
        personas: persona ids of the Page.
        templates: approved utility templates, each ``name/language``.
    """

    id: str
    object: ObjectName
    name: str = "Simulated account"
    username: str = ""
    page_id: str | None = None
    subscribed: dict[str, set[str]] = msgspec.field(default_factory=dict)
    default_app: str | None = None
    restricted: bool = False
    access_off: bool = False
    news: bool = False
    personas: set[str] = msgspec.field(default_factory=set)
    templates: set[str] = msgspec.field(default_factory=set)

    @property
    def instagram_login(self) -> bool:
        """Whether the account is reached through Instagram Login, without a Page."""
        return self.object == "instagram" and self.page_id is None


class Token(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An access token.

    Attributes:
        value: the secret string itself.
        type: ``PAGE``, ``USER``, ``SYSTEM_USER`` or ``INSTAGRAM`` (an Instagram user token).
        app_id: the app it was issued for.
        account_id: the Page or Instagram account it stands for; None for user tokens.
        user_id: the app-scoped id of its person or system user.
        scopes: granted permissions.
        issued_at: seconds since the epoch.
        expires_at: seconds since the epoch; 0 is never.
        revoked: the 190 subcode it fails with since it was invalidated, or None while it is good.
    """

    value: str
    type: TokenType
    app_id: str
    account_id: str | None = None
    user_id: str = "7300000000000001"
    scopes: set[str] = msgspec.field(default_factory=lambda: set(PAGE_SCOPES | INSTAGRAM_SCOPES))
    issued_at: int = 0
    expires_at: int = 0
    revoked: int | None = None


class Person(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who writes to accounts.

    Attributes:
        key: how tests and the control API call them.
        first_name, last_name, username: what a profile look-up shows.
        scoped: account id to the PSID or IGSID; filled in on first use.
        profile: ``readable``, ``unavailable`` (100/2018218) or ``forbidden`` (100/2018247).
    """

    key: str
    first_name: str
    last_name: str
    username: str = ""
    scoped: dict[str, str] = msgspec.field(default_factory=dict)
    profile: Literal["readable", "unavailable", "forbidden"] = "readable"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class World(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Everything the simulator knows before anybody writes."""

    apps: list[App] = msgspec.field(default_factory=list)
    accounts: list[Account] = msgspec.field(default_factory=list)
    tokens: list[Token] = msgspec.field(default_factory=list)
    people: list[Person] = msgspec.field(default_factory=list)


PAGE_ID = "108000000000001"
INSTAGRAM_ID = "17841400000000001"
LOGIN_ID = "17841400000000002"
APP_ID = "990000000000001"


def small_world(callback_url: str | None = None) -> World:
    """One app, a Page, its Instagram account and one of Instagram Login, with a token each.

    Args:
        callback_url: where all webhooks go; without it nothing is delivered.
    """
    app = App(
        id=APP_ID,
        secret="s3cr3t-app-secret-for-tests",  # noqa: S106 - an invented secret of an invented app
        instagram_secret="s3cr3t-instagram-secret-for-tests",  # noqa: S106 - as above
        verify_token="letmein",  # noqa: S106 - as above
        name="Harbour Gateway",
    )
    if callback_url:
        app.subscriptions = {
            "page": Subscription(callback_url=callback_url),
            "instagram": Subscription(callback_url=callback_url),
        }
    everything = {APP_ID: {EVERY_FIELD}}
    return World(
        apps=[app],
        accounts=[
            Account(id=PAGE_ID, object="page", name="Harbour Bakery", subscribed=dict(everything)),
            Account(
                id=INSTAGRAM_ID,
                object="instagram",
                name="Harbour Bakery",
                username="harbour_bakery",
                page_id=PAGE_ID,
                subscribed=dict(everything),
            ),
            Account(
                id=LOGIN_ID,
                object="instagram",
                name="Quay Cafe",
                username="quay_cafe",
                subscribed=dict(everything),
            ),
        ],
        tokens=[
            Token(value="EAAPAGETOKEN1", type="PAGE", app_id=APP_ID, account_id=PAGE_ID),
            Token(value="IGLOGINTOKEN1", type="INSTAGRAM", app_id=APP_ID, account_id=LOGIN_ID),
        ],
    )
