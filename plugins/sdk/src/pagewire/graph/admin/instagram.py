"""Instagram Login's side: tokens, subscriptions and profile of a professional account without a Page.

Its host, its app id and its app secret are others than Facebook's, and so are the names of its webhook fields (Meta,
Instagram API with Instagram Login).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call, Value
from pagewire.graph.admin.edges import INSTAGRAM_PROPERTIES, ProfileEdge, SubscribedAppsEdge
from pagewire.graph.admin.results import Done, Identity, IssuedToken, MessengerProfile, SubscribedApps
from pagewire.sealed import Sealed

__all__ = ["InstagramAccounts", "InstagramProfiles", "InstagramTokens"]

_NO_TOKEN = "The answer holds no token."  # noqa: S105 - a sentence


class InstagramTokens:
    """See `InstagramAdminClient.tokens`.

    Args:
        caller: makes the calls.
        oauth_url: where codes are exchanged.
    """

    def __init__(self, caller: Caller, oauth_url: str) -> None:
        self._caller = caller
        self._oauth_url = oauth_url.rstrip("/")
        self._root = caller.connection.base_url.rstrip("/")

    async def from_code(self, code: Sealed[str], redirect_uri: str) -> IssuedToken:
        """Exchange the code that a login came back with for a token of an hour. It works once.

        Args:
            code: from the redirect; the `#_` that Instagram appends is taken off here.
            redirect_uri: byte for byte the one of the dialog.
        """
        connection = self._caller.connection
        call = Call(
            method="POST",
            name="/oauth/access_token (Instagram)",
            path=("oauth", "access_token"),
            root=self._oauth_url,
            form={
                "client_id": connection.app_id,
                "client_secret": connection.app_secret,
                "grant_type": "authorization_code",
                "redirect_uri": redirect_uri,
                "code": Sealed(code.reveal().removesuffix("#_")),
            },
        )
        return await self._caller.ask(call, reading.issued, _NO_TOKEN)

    async def exchange(self, token: Sealed[str]) -> IssuedToken:
        """Exchange a token of an hour for one of 60 days."""
        secret = self._caller.connection.app_secret
        return await self._renew("access_token", token, {"grant_type": "ig_exchange_token", "client_secret": secret})

    async def refresh(self, token: Sealed[str]) -> IssuedToken:
        """Another token, good for 60 days from now.

        Only for one that is at least 24 hours old and has not ended; once ended, only a new login helps. Code 100
        here may mean that the token is dead: ask `me` before saying so.
        """
        return await self._renew("refresh_access_token", token, {"grant_type": "ig_refresh_token"})

    async def me(self, token: Sealed[str], *, fields: str = "id,user_id,username,account_type") -> Identity:
        """Whose token it is; `user_id` is the id that webhooks use."""
        call = Call(method="GET", name="/me (Instagram)", path=("me",), token=token, query={"fields": fields})
        return await self._caller.ask(call, reading.identity, "The answer names nobody.")

    async def _renew(self, path: str, token: Sealed[str], query: Mapping[str, Value]) -> IssuedToken:
        # The secret stands beside the token already, or none is needed: no proof is documented here, nor a version.
        call = Call(method="GET", name=f"/{path}", path=(path,), root=self._root, token=token, query=query, proof=False)
        return await self._caller.ask(call, reading.issued, _NO_TOKEN)


class InstagramAccounts:
    """See `InstagramAdminClient.accounts`."""

    def __init__(self, caller: Caller) -> None:
        self._subscribed = SubscribedAppsEdge(caller, "ig")

    async def subscribed_apps(self, account_id: str, token: Sealed[str]) -> SubscribedApps:
        """All apps that get events of the account; compare their fields as sets."""
        return await self._subscribed.get(account_id, token)

    async def subscribe(self, account_id: str, token: Sealed[str], fields: Iterable[str]) -> Done:
        """Make `fields`, in Instagram's spelling, the whole set of this app.

        Raises:
            ValueError: `fields` is empty.
            AdminError: see `InstagramAdminClient`. Code 3: the app lacks the capability, for good.
        """
        return await self._subscribed.set(account_id, token, fields)

    async def unsubscribe(self, account_id: str, token: Sealed[str]) -> Done:
        """End all events of the account for this app."""
        return await self._subscribed.delete(account_id, token)


class InstagramProfiles:
    """See `InstagramAdminClient.profile`: ice breakers and menu only."""

    def __init__(self, caller: Caller) -> None:
        self._edge = ProfileEdge(caller, "ig")

    async def get(self, account_id: str, token: Sealed[str], *, fields: Iterable[str] = ()) -> MessengerProfile:
        """Read properties; all, if `fields` is empty."""
        return await self._edge.get(account_id, token, tuple(fields) or INSTAGRAM_PROPERTIES, None)

    async def set(self, account_id: str, token: Sealed[str], properties: Mapping[str, Any]) -> Done:
        """Set properties; each is replaced whole, others stay.

        Raises:
            ValueError: `properties` is empty.
            AdminError: see `InstagramAdminClient`.
        """
        return await self._edge.set(account_id, token, properties, None)

    async def delete(self, account_id: str, token: Sealed[str], fields: Iterable[str]) -> Done:
        """Unset properties.

        Raises:
            ValueError: `fields` is empty.
            AdminError: see `InstagramAdminClient`.
        """
        return await self._edge.delete(account_id, token, fields, None)
