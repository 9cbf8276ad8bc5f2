"""What the gateway knows of apps, accounts, tokens and enabled plugins, whatever told it.

Two things stand behind this port: manifest files and the cluster. The look-ups are for the hot path:
plain dictionaries, no await. Everything handed out is frozen; a change comes as new objects and a new revision.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple, Protocol

import msgspec

from pagewire.manifests.problems import Problem
from pagewire.sealed import Sealed
from pagewire.surfaces import Surface, surface_of

from .complaints import Complaint
from .ended import Ended

Name = tuple[str, str]
"""Namespace and name of a resource."""

Object = Literal["page", "instagram"]
Host = Literal["facebook", "instagram"]
"""Which Graph API serves an account: graph.facebook.com or graph.instagram.com (graph.md 1.1)."""


class PluginUse(msgspec.Struct, frozen=True, gc=False):
    """One plugin enabled for an account.

    Attributes:
        name: The plugin's name in entry point group ``pagewire``.
        config: Its config as JSON, ``{}`` if none is given; ``msgspec.json.decode(use.config, type=Config)`` reads it.
    """

    name: str
    config: msgspec.Raw


class LoginPages(msgspec.Struct, frozen=True, gc=False):
    """How the login pages of an app are opened.

    Attributes:
        redirect_url: Where a login leads back to, byte for byte as registered at Meta.
        config_id: Configuration of Facebook Login for Business; empty without one.
    """

    redirect_url: str
    config_id: str


class LoginToken(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An AccessToken that comes from a login.

    Attributes:
        app: Namespace and name of its MessengerApp.
        type: ``Page``, ``User`` or ``SystemUser``.
        provider: Whose login: ``Facebook`` or ``Instagram``.
        page_id: The Page of a token of type Page; else empty.
        scopes: Permissions it must carry.
        users: App-scoped ids of those who may log in; anybody if empty.
        accounts: Ids of the InstagramAccounts that name it.
        linked: Whether an InstagramAccount is reached through its Page.
    """

    namespace: str
    name: str
    app: Name
    type: str
    provider: str
    page_id: str
    scopes: tuple[str, ...]
    users: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    linked: bool = False


class App(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A Meta app whose webhooks may come in at ``/webhooks/{namespace}/{name}``.

    Attributes:
        secrets: App secrets, any of which may sign. Empty: the app is closed, and its webhooks are refused.
        verify_token: What the verification handshake must carry. None: the handshake is refused.
        client_token: For calls made in the name of the client app.
        graph_version: As in ``v25.0``.
        allowed_namespaces: Namespaces besides its own whose resources may use the app.
        human_agent: Meta has approved the Human Agent feature for the app, says its resource.
        instagram_id: Id of the Instagram app that belongs to it; empty without one.
        instagram_secret: That app's own secret.
        login: None: nobody can log in through the gateway.
    """

    namespace: str
    name: str
    app_id: str
    secrets: tuple[Sealed[bytes], ...]
    verify_token: Sealed[str] | None
    client_token: Sealed[str] | None
    graph_version: str
    allowed_namespaces: tuple[str, ...]
    human_agent: bool = False
    instagram_id: str = ""
    instagram_secret: Sealed[bytes] | None = None
    login: LoginPages | None = None

    @property
    def closed(self) -> bool:
        """Whether no signature can be checked, so that nothing may be accepted."""
        return not self.secrets


class Account(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A Page or an Instagram professional account.

    Attributes:
        object: The ``object`` of its webhooks.
        id: The account id its webhooks carry in ``entry.id``.
        kind: ``MessengerPage`` or ``InstagramAccount``.
        app: Namespace and name of its MessengerApp. A webhook that came in through another app is not this account's.
        app_id: Meta's id of that app; empty if the app is unknown or may not be used.
        token: None: the account is closed; its events are kept and nothing can be sent.
        send_as_id: The id in ``POST /{id}/messages``: the Page's, also for Instagram through a Page; the
            account's own with Instagram Login (outbound.md 1). Empty while the linked Page is unknown.
        host: Which Graph API to call.
        plugins: In the order of the resource.
        human_agent: Its app has the Human Agent feature.
        token_name: The AccessToken it sends with, in its namespace; empty without one.
        trace_percent: Of a hundred webhooks, how many are traced; None for as many as of all.
    """

    object: Object
    id: str
    namespace: str
    name: str
    kind: str
    app: Name
    app_id: str
    token: Sealed[str] | None
    send_as_id: str
    host: Host
    graph_version: str
    plugins: tuple[PluginUse, ...]
    human_agent: bool = False
    token_name: str = ""
    trace_percent: int | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent in its name."""
        return self.token is None

    @property
    def trace_ratio(self) -> float | None:
        """Which share of what may be traced is; None for the gateway's own."""
        return None if self.trace_percent is None else self.trace_percent / 100

    @property
    def surface(self) -> Surface:
        """The way to its people."""
        return surface_of(self.object, self.host)


class Spoken(NamedTuple):
    """An account that speaks with a token of a login, or with one derived from it.

    Attributes:
        token: the AccessToken it uses.
    """

    account: Account
    token: Name


class ToldError(RuntimeError):
    """What the operator wrote cannot be read for now; says why."""


class RegistryClosedError(RuntimeError):
    """The registry was closed while somebody waited for a change."""


class Registry(Protocol):
    """The behaviour that ``tests/contracts/registry.py`` asks of every implementation."""

    @property
    def revision(self) -> int:
        """Grows by one whenever apps, accounts or problems change; 0 before everything was read once."""
        ...

    def app(self, namespace: str, name: str) -> App | None:
        """The app of that name, also if it is closed."""
        ...

    def account(self, object: str, id: str) -> Account | None:  # noqa: A002 - Meta's words
        """The account with that id, also if it is closed. For the hot path."""
        ...

    def apps(self) -> Iterable[App]:
        """All apps, by namespace and name."""
        ...

    def accounts(self) -> Iterable[Account]:
        """All accounts, Pages first, by namespace and name."""
        ...

    def logins(self, app: Name) -> Iterable[LoginToken]:
        """The AccessTokens of an app that come from a login, by namespace and name."""
        ...

    async def spoken(self, login: Name) -> list[Spoken]:
        """The accounts that speak with the token of an AccessToken that comes from a login, or with one derived from it."""
        ...

    async def end(self, ended: Mapping[Name, Ended]) -> None:
        """Close the accounts that speak with these tokens, until their AccessTokens hold others.

        Args:
            ended: By AccessToken. Whoever was said to have ended before, and is not named, counts again.
        """
        ...

    def problems(self) -> list[Problem]:
        """What is wrong right now; empty if nothing is."""
        ...

    async def changed(self, since: int) -> int:
        """Wait until the revision is newer than `since`, and give it.

        Raises:
            RegistryClosedError: The registry was closed.
        """
        ...

    def token_refused(self, account: Account, code: int | None, subcode: int | None) -> None:
        """Meta refuses the token of an account, with these codes: whoever looks after it is told, if there is anybody."""
        ...

    async def told(self, kind: str, name: Name | None, most: int) -> list[dict[str, Any]]:
        """What the operator wrote into the resources of a kind, as the cluster has them; empty without a cluster.

        Args:
            kind: such as ``AccessToken``.
            name: one of them, or ``None`` for the first `most`.
            most: at most so many.

        Raises:
            ToldError: the API server does not answer.
        """
        ...

    def complaints(self) -> Iterable[Complaint]:
        """Resources that need a person, or that end some day, as far as the operator has said so; none without a cluster."""
        ...

    async def start(self) -> None:
        """Read everything once, then follow changes in the background; returns also if that cannot be read for now."""
        ...

    async def aclose(self) -> None:
        """Follow no more. What was read can still be looked up."""
        ...


NO_CONFIG: Final = msgspec.Raw(b"{}")
