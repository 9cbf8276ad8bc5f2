"""The two administrative clients, one a host: their calls are grouped by topic, one method a call."""

import httpx

from pagewire.graph.admin.budget import PATIENCE_SECONDS, Budget
from pagewire.graph.admin.businesses import Businesses
from pagewire.graph.admin.caller import Caller, Watch, connect, unwatched
from pagewire.graph.admin.instagram import InstagramAccounts, InstagramProfiles, InstagramTokens
from pagewire.graph.admin.matching import Matching
from pagewire.graph.admin.pages import Pages
from pagewire.graph.admin.permissions import Permissions
from pagewire.graph.admin.profile import Profiles
from pagewire.graph.admin.scopes import Priority
from pagewire.graph.admin.subscriptions import App, Subscriptions
from pagewire.graph.admin.system_users import SystemUsers
from pagewire.graph.admin.tokens import Tokens
from pagewire.sealed import Sealed

__all__ = ["AdminClient", "InstagramAdminClient"]


class _Client:
    """What both have in common."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    @property
    def app_id(self) -> str:
        """The app that calls."""
        return self._caller.connection.app_id

    @property
    def app_token(self) -> Sealed[str]:
        """The app's own token, made of its id and secret; needs no call."""
        return self._caller.app_token

    @property
    def version(self) -> str:
        """The version that is asked for."""
        return self._caller.connection.version

    @property
    def served_version(self) -> str | None:
        """`facebook-api-version` of the latest answer: differs from `version` when Meta moved the app silently."""
        return self._caller.served_version

    @property
    def budget(self) -> Budget:
        """The budget that the calls are taken from."""
        return self._caller.connection.budget


class AdminClient(_Client):
    """The administrative calls of one app to `graph.facebook.com`.

    Every method raises an `AdminError` and nothing else when the call fails, and `ValueError` only where it says so.
    All of them may be repeated: what they set stays the same.

    Args:
        base_url: `https://graph.facebook.com`, or a simulator's.
        app_id: the Meta app.
        app_secret: its secret; proves every token.
        http: from `open_http`, shared by all clients of the process and closed by its owner.
        version: Graph API version, `vMAJOR.MINOR`.
        budget: one for all clients of the process; its own if left out.
        priority: who waits for the answers; `at` changes it.
        patience: seconds that a call may wait for its turn before it is sent away with `Later`.
        watch: is at work while a call is made.

    Raises:
        ValueError: `base_url` or `version` is malformed.
    """

    def __init__(  # noqa: PLR0913 - all but three have defaults, and all are named
        self,
        base_url: str,
        *,
        app_id: str,
        app_secret: Sealed[str],
        http: httpx.AsyncClient,
        version: str = "v25.0",
        budget: Budget | None = None,
        priority: Priority = Priority.RESYNC,
        patience: float = PATIENCE_SECONDS,
        watch: Watch = unwatched,
    ) -> None:
        connection = connect(base_url, version, app_id, app_secret, http, budget or Budget(), watch)
        self._bind(Caller(connection, priority, patience))

    def at(self, priority: Priority) -> "AdminClient":
        """The same client for calls of another priority; costs nothing."""
        other = AdminClient.__new__(AdminClient)
        other._bind(self._caller.at(priority))  # noqa: SLF001 - ours
        return other

    def _bind(self, caller: Caller) -> None:
        super().__init__(caller)
        self.tokens = Tokens(caller)
        """Tokens: made, exchanged, revoked, looked at."""
        self.app = App(caller)
        """The app itself."""
        self.subscriptions = Subscriptions(caller)
        """What the app asks Meta to deliver, a kind of object at a time."""
        self.pages = Pages(caller)
        """Pages, their tokens, and who gets their events."""
        self.businesses = Businesses(caller)
        """Business portfolios, their Pages and system users."""
        self.profile = Profiles(caller)
        """Messenger profiles of Pages and linked Instagram accounts."""
        self.matching = Matching(caller)
        """The same person's ids on several Pages, where Meta still tells."""
        self.permissions = Permissions(caller)
        """What people granted."""
        self.system_users = SystemUsers(caller)
        """System users and their tokens."""


class InstagramAdminClient(_Client):
    """The administrative calls of one Instagram app to `graph.instagram.com`; errors as of `AdminClient`.

    Args:
        base_url: `https://graph.instagram.com`, or a simulator's.
        app_id: the Instagram app, which has another id than the Meta app around it.
        app_secret: the Instagram app's secret.
        http: see `AdminClient`.
        oauth_url: where login codes are exchanged, or a simulator's.
        version: see `AdminClient`.
        budget: see `AdminClient`.
        priority: see `AdminClient`.
        patience: see `AdminClient`.
        watch: see `AdminClient`.

    Raises:
        ValueError: `base_url` or `version` is malformed.
    """

    def __init__(  # noqa: PLR0913 - all but two have defaults, and all are named
        self,
        base_url: str,
        *,
        app_id: str,
        app_secret: Sealed[str],
        http: httpx.AsyncClient,
        oauth_url: str = "https://api.instagram.com",
        version: str = "v25.0",
        budget: Budget | None = None,
        priority: Priority = Priority.RESYNC,
        patience: float = PATIENCE_SECONDS,
        watch: Watch = unwatched,
    ) -> None:
        connection = connect(base_url, version, app_id, app_secret, http, budget or Budget(), watch)
        self._bind(Caller(connection, priority, patience), oauth_url)

    def at(self, priority: Priority) -> "InstagramAdminClient":
        """The same client for calls of another priority; costs nothing."""
        other = InstagramAdminClient.__new__(InstagramAdminClient)
        other._bind(self._caller.at(priority), self._oauth_url)  # noqa: SLF001 - ours
        return other

    def _bind(self, caller: Caller, oauth_url: str) -> None:
        super().__init__(caller)
        self._oauth_url = oauth_url
        self.tokens = InstagramTokens(caller, oauth_url)
        """Tokens: from a login, made long, refreshed."""
        self.accounts = InstagramAccounts(caller)
        """Who gets an account's events."""
        self.profile = InstagramProfiles(caller)
        """Ice breakers and menu."""
