"""One account at Meta, with its token at hand: whichever host it is reached on, the same six calls."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol

from pagewire.graph import Rejected
from pagewire.graph.admin import AdminClient, AdminError, InstagramAdminClient, SubscribedApps
from pagewire.sealed import Sealed

__all__ = ["Edge", "LoginEdge", "PageEdge"]


class Edge(Protocol):
    """The calls for one account. All raise `AdminError`."""

    @property
    def app_ids(self) -> frozenset[str]:
        """Ids under which Meta lists this app."""
        ...

    async def subscribed_apps(self) -> SubscribedApps:
        """All apps that get events."""
        ...

    async def subscribe(self, fields: Iterable[str]) -> None:
        """Make `fields` the whole set of this app."""
        ...

    async def unsubscribe(self) -> None:
        """Take the app off the account."""
        ...

    async def profile(self) -> Mapping[str, Any]:
        """The properties that are set."""
        ...

    async def set_profile(self, properties: Mapping[str, Any]) -> None:
        """Set properties, each replaced whole."""
        ...

    async def clear_profile(self, names: Iterable[str]) -> None:
        """Clear properties, in this order."""
        ...


class PageEdge:
    """A Page, or with `platform` the Instagram account linked to it, on graph.facebook.com."""

    def __init__(
        self, admin: AdminClient, page_id: str, token: Sealed[str], platform: Literal["instagram"] | None = None
    ) -> None:
        self._admin = admin
        self._id = page_id
        self._token = token
        self._platform = platform

    @property
    def app_ids(self) -> frozenset[str]:
        """See `Edge`."""
        return frozenset({self._admin.app_id})

    async def subscribed_apps(self) -> SubscribedApps:
        """See `Edge`."""
        return await self._admin.pages.subscribed_apps(self._id, self._token)

    async def subscribe(self, fields: Iterable[str]) -> None:
        """See `Edge`."""
        await self._admin.pages.subscribe(self._id, self._token, fields)

    async def unsubscribe(self) -> None:
        """With the app's own token, which works when the Page's is dead; else with the Page's."""
        try:
            await self._admin.pages.unsubscribe(self._id, self._admin.app_token)
        except AdminError as error:
            if not isinstance(error, Rejected) or error.gone:
                raise
            await self._admin.pages.unsubscribe(self._id, self._token)

    async def profile(self) -> Mapping[str, Any]:
        """See `Edge`."""
        return (await self._admin.profile.get(self._id, self._token, platform=self._platform)).properties

    async def set_profile(self, properties: Mapping[str, Any]) -> None:
        """See `Edge`."""
        await self._admin.profile.set(self._id, self._token, properties, platform=self._platform)

    async def clear_profile(self, names: Iterable[str]) -> None:
        """See `Edge`."""
        await self._admin.profile.delete(self._id, self._token, names, platform=self._platform)


class LoginEdge:
    """An account of Instagram Login, on graph.instagram.com.

    Meta has been seen to list the app there under the Instagram app's id and under the Meta app's.
    """

    def __init__(
        self, client: InstagramAdminClient, account_id: str, token: Sealed[str], app_ids: frozenset[str]
    ) -> None:
        self._client = client
        self._id = account_id
        self._token = token
        self.app_ids = app_ids

    async def subscribed_apps(self) -> SubscribedApps:
        """See `Edge`."""
        return await self._client.accounts.subscribed_apps(self._id, self._token)

    async def subscribe(self, fields: Iterable[str]) -> None:
        """See `Edge`."""
        await self._client.accounts.subscribe(self._id, self._token, fields)

    async def unsubscribe(self) -> None:
        """See `Edge`."""
        await self._client.accounts.unsubscribe(self._id, self._token)

    async def profile(self) -> Mapping[str, Any]:
        """See `Edge`."""
        return (await self._client.profile.get(self._id, self._token)).properties

    async def set_profile(self, properties: Mapping[str, Any]) -> None:
        """See `Edge`."""
        await self._client.profile.set(self._id, self._token, properties)

    async def clear_profile(self, names: Iterable[str]) -> None:
        """See `Edge`."""
        await self._client.profile.delete(self._id, self._token, names)
