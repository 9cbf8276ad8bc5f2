"""What a simulated world is made of: apps, accounts, tokens and people, as plain data.

A ``World`` is what a test, a manifest folder or ``PUT /_control/world`` describes. ``state`` puts it to work.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pagewire.simulator.identity.model import ALL_TASKS, AppRole, Business, Grant, SystemUser, User

ObjectName = Literal["page", "instagram"]
TopicName = Literal["page", "instagram", "user", "permissions", "payments", "application"]
"""What an app can subscribe to; accounts exist for the first two only (graph.md 5.1)."""
SubscriptionMode = Literal["open", "enforced"]
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
        "read_insights",
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
        verify_token: sent in the GET handshake; None means the app's.
        include_values: changes carry their values; without it they only name the changed fields.
        version: format of the events, as ``GET /{app}/subscriptions`` shows it beside each field.
    """

    callback_url: str
    fields: set[str] = msgspec.field(default_factory=lambda: {EVERY_FIELD})
    active: bool = True
    verify_token: str | None = None
    include_values: bool = True
    version: str = "v25.0"


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
        team: user id to role on the app; who may log in during development, and inspect tokens.
        approved: permissions with Advanced Access; None for every one.
        previous_secrets: older App Secrets that are still accepted, while a rotation is under way.
        instagram_app_id: the Instagram app's own id; the app's id when None.
        client_token: the Client Token of the dashboard.
        human_agent: whether the Human Agent feature passed app review.
        subscriptions: per object, the app-level subscription.
        instagram_by_api: whether ``POST /{app}/subscriptions`` takes ``object=instagram``. Meta's reference says
            that only the dashboard does; some apps are seen doing it (graph.md 5.1).
        deauthorize_url, deletion_url: called back when a person removes the app, or wants their data deleted
            (graph.md 3.4).
        instagram_deauthorize_url, instagram_deletion_url: the Instagram app's own pair.
        redirect_uris: "Valid OAuth Redirect URIs": where a login may lead back to, each to the byte. While the app is
            in development, ``http://localhost`` needs no entry.
        login_configs: configurations of Facebook Login for Business: ``config_id`` to its permissions.
    """

    id: str
    secret: str
    name: str = "Simulated app"
    instagram_secret: str | None = None
    verify_token: str = ""
    require_proof: bool = False
    live: bool = True
    roles: set[str] = msgspec.field(default_factory=set)
    team: dict[str, AppRole] = msgspec.field(default_factory=dict)
    approved: set[str] | None = None
    previous_secrets: list[str] = msgspec.field(default_factory=list)
    instagram_app_id: str | None = None
    client_token: str | None = None
    human_agent: bool = False
    subscriptions: dict[TopicName, Subscription] = msgspec.field(default_factory=dict)
    instagram_by_api: bool = False
    deauthorize_url: str | None = None
    deletion_url: str | None = None
    instagram_deauthorize_url: str | None = None
    instagram_deletion_url: str | None = None
    redirect_uris: set[str] = msgspec.field(default_factory=set)
    login_configs: dict[str, set[str]] = msgspec.field(default_factory=dict)

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
        templates: approved utility templates, each ``name/language``; those made by the API are kept elsewhere.
        takers: apps that the business allows to take control of conversations (outbound.md 4.3).
        contact_terms: whether the Page Contact Terms are accepted, without which labels cannot be used.
        privacy_limits: threads of the Page are affected by regional privacy limits (10/2018336).
        most_blocked: people that the account may keep blocked at a time (3801); Meta publishes no number.
        reblock_after: seconds after which somebody who was unblocked may be blocked again (3802); Meta publishes no number.
        insights: metric to its value a day.
        category: of a Page.
        published: whether the Page is public.
        profile: the Messenger profile, property to value as the Messenger Profile API takes them.
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
    takers: set[str] = msgspec.field(default_factory=set)
    contact_terms: bool = True
    privacy_limits: bool = False
    most_blocked: int = 5000
    reblock_after: int = 48 * 3600
    insights: dict[str, int] = msgspec.field(default_factory=dict)
    category: str = "Business"
    published: bool = True
    profile: dict[str, Any] = msgspec.field(default_factory=dict)

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
        revoked: the 190 subcode it fails with since it was invalidated (0: none), or None while it is good.
        targets: scope to the objects that this one token is limited to; a missing key means all.
        parent: value of the token it was derived from.
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
    targets: dict[str, set[str]] = msgspec.field(default_factory=dict)
    parent: str | None = None


class Person(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who writes to accounts.

    Attributes:
        key: how tests and the control API call them.
        first_name, last_name, username: what a profile look-up shows.
        scoped: account id to the PSID or IGSID; filled in on first use.
        profile: ``readable``, ``unavailable`` (100/2018218) or ``forbidden`` (100/2018247).
        follows: whether they follow the Instagram account; a private reply lands among the requests otherwise.
        user: id of the same person among ``World.users``: links their ids for ID matching.
    """

    key: str
    first_name: str
    last_name: str
    username: str = ""
    scoped: dict[str, str] = msgspec.field(default_factory=dict)
    profile: Literal["readable", "unavailable", "forbidden"] = "readable"
    follows: bool = True
    user: str | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class World(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Everything the simulator knows before anybody writes.

    Attributes:
        subscriptions: ``open`` takes ``*`` in a subscription for every field, so that a world need not spell them
            out. ``enforced`` is Meta's own way: only fields that somebody named count, and an Instagram account
            behind a Page hears by that Page's installation. Decided when a world is begun, not when it is added to.
    """

    apps: list[App] = msgspec.field(default_factory=list)
    accounts: list[Account] = msgspec.field(default_factory=list)
    tokens: list[Token] = msgspec.field(default_factory=list)
    people: list[Person] = msgspec.field(default_factory=list)
    users: list[User] = msgspec.field(default_factory=list)
    system_users: list[SystemUser] = msgspec.field(default_factory=list)
    businesses: list[Business] = msgspec.field(default_factory=list)
    grants: list[Grant] = msgspec.field(default_factory=list)
    subscriptions: SubscriptionMode = "open"


PAGE_ID = "108000000000001"
INSTAGRAM_ID = "17841400000000001"
LOGIN_ID = "17841400000000002"
APP_ID = "990000000000001"
USER_ID = "7300000000000001"
SYSTEM_USER_ID = "6100000000000001"
BUSINESS_ID = "550000000000001"


def small_world(callback_url: str | None = None) -> World:
    """One app, a Page, its Instagram account and one of Instagram Login, and a token of every type.

    Args:
        callback_url: where all webhooks go; without it nothing is delivered.
    """
    app = App(
        id=APP_ID,
        secret="s3cr3t-app-secret-for-tests",  # noqa: S106 - an invented secret of an invented app
        instagram_secret="s3cr3t-instagram-secret-for-tests",  # noqa: S106 - as above
        verify_token="letmein",  # noqa: S106 - as above
        name="Harbour Gateway",
        team={USER_ID: "administrators"},
    )
    if callback_url:
        app.subscriptions = {
            "page": Subscription(callback_url=callback_url),
            "instagram": Subscription(callback_url=callback_url),
        }
    return World(
        apps=[app],
        accounts=_small_accounts(),
        tokens=[
            Token(value="EAAPAGETOKEN1", type="PAGE", app_id=APP_ID, account_id=PAGE_ID),
            Token(value="IGLOGINTOKEN1", type="INSTAGRAM", app_id=APP_ID, account_id=LOGIN_ID),
            Token(value="EAAUSERTOKEN1", type="USER", app_id=APP_ID, user_id=USER_ID),
            Token(value="EAASYSTEMTOKEN1", type="SYSTEM_USER", app_id=APP_ID, user_id=SYSTEM_USER_ID),
        ],
        users=[User(id=USER_ID, name="Harriet Harbour", pages={PAGE_ID: set(ALL_TASKS)})],
        system_users=[_small_robot()],
        businesses=[
            Business(
                id=BUSINESS_ID,
                name="Harbour Holding",
                users={USER_ID: "ADMIN"},
                owned_pages={PAGE_ID},
                apps={APP_ID},
            )
        ],
    )


def _small_accounts() -> list[Account]:
    everything = {APP_ID: {EVERY_FIELD}}
    return [
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
    ]


def _small_robot() -> SystemUser:
    return SystemUser(
        id=SYSTEM_USER_ID,
        business_id=BUSINESS_ID,
        name="Harbour Robot",
        role="ADMIN",
        pages={PAGE_ID: set(ALL_TASKS)},
        apps={APP_ID},
    )
