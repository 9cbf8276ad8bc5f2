"""Pages as people and system users reach them, and who gets their events (Meta, Page)."""

from collections.abc import Iterable

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.edges import SubscribedAppsEdge
from pagewire.graph.admin.results import Done, Listed, PageFacts, SubscribedApps
from pagewire.graph.admin.scopes import Scope, ScopeKind
from pagewire.sealed import Sealed

__all__ = ["LIST_FIELDS", "PAGE_FIELDS", "TOKEN_FIELDS", "Pages"]

LIST_FIELDS = "id,name,category,tasks,access_token,instagram_business_account{id,username}"
"""What is asked about each Page of a list."""
TOKEN_FIELDS = "id,name,access_token,tasks"  # noqa: S105 - names of fields
"""What is asked about a Page to derive its token."""
PAGE_FIELDS = (
    "id,name,category,is_published,is_webhooks_subscribed,has_added_app,is_messenger_bot_get_started_enabled,"
    "has_transitioned_to_new_page_experience,instagram_business_account{id,username},connected_instagram_account,"
    "owner_business"
)
"""What is asked about one Page for its status."""


class Pages:
    """See `AdminClient.pages`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._subscribed = SubscribedAppsEdge(caller, "page")

    async def accounts(self, token: Sealed[str], *, after: str | None = None, limit: int = 100) -> Listed[PageFacts]:
        """One page of the Pages that a person or system user can reach, each with its token.

        Pages that are reached through a business only are missing without a word: look for them with `Businesses`, or
        with `token` by the ids of `TokenReport.granular_scopes`.
        """
        query = {"fields": LIST_FIELDS, "limit": str(limit)}
        call = Call(
            method="GET",
            name="/me/accounts",
            path=("me", "accounts"),
            token=token,
            query=query if after is None else {**query, "after": after},
        )
        return await self._caller.ask(call, reading.listing(reading.page), "The answer lists no Pages.")

    async def every_account(self, token: Sealed[str]) -> Listed[PageFacts]:
        """All Pages that `accounts` tells, with as many calls as it takes."""
        return await self._caller.every(lambda after: self.accounts(token, after=after))

    async def get(self, page_id: str, token: Sealed[str], *, fields: str = PAGE_FIELDS) -> PageFacts:
        """Read a Page, with its own token or one of a person or system user who has a task on it."""
        call = Call(
            method="GET",
            name="/{page}",
            path=(page_id,),
            token=token,
            query={"fields": fields},
            about=Scope(ScopeKind.OBJECT, page_id),
        )
        return await self._caller.ask(call, reading.page, "The answer is no Page.")

    async def token(self, page_id: str, token: Sealed[str]) -> PageFacts:
        """Derive a Page's token from a person's or system user's.

        `access_token` is absent from the result, without an error, if they lack a task or a permission.
        """
        return await self.get(page_id, token, fields=TOKEN_FIELDS)

    async def subscribed_apps(self, page_id: str, token: Sealed[str]) -> SubscribedApps:
        """All apps that get events of the Page; compare their fields as sets."""
        return await self._subscribed.get(page_id, token)

    async def subscribe(self, page_id: str, token: Sealed[str], fields: Iterable[str]) -> Done:
        """Make `fields` the whole set of this app on the Page: others that it had are gone.

        One unknown field, or one without its permission, rejects all; the error's `names` tell which.

        Raises:
            ValueError: `fields` is empty.
            AdminError: see `AdminClient`.
        """
        return await self._subscribed.set(page_id, token, fields)

    async def unsubscribe(self, page_id: str, token: Sealed[str]) -> Done:
        """End all events of the Page for this app.

        Args:
            page_id: the Page.
            token: the Page's, or the app's own, which works even when the Page's is dead.
        """
        return await self._subscribed.delete(page_id, token)
