"""Business portfolios, which own Pages that no list of a person's Pages shows (Meta, Business Manager)."""

from collections.abc import Callable
from typing import Any, TypeVar

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.pages import TOKEN_FIELDS
from pagewire.graph.admin.results import Business, Listed, PageFacts, SystemUser
from pagewire.graph.admin.scopes import Scope, ScopeKind
from pagewire.sealed import Sealed

__all__ = ["Businesses"]

T = TypeVar("T")


class Businesses:
    """See `AdminClient.businesses`. All need `business_management`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self, token: Sealed[str], *, after: str | None = None, limit: int = 100) -> Listed[Business]:
        """One page of the portfolios a person belongs to."""
        return await self._page(
            ("me", "businesses"), "/me/businesses", "id,name", reading.business, token, after, limit
        )

    async def every(self, token: Sealed[str]) -> Listed[Business]:
        """All portfolios a person belongs to."""
        return await self._caller.every(lambda after: self.list(token, after=after))

    async def owned_pages(self, business_id: str, token: Sealed[str]) -> Listed[PageFacts]:
        """All Pages that the business owns."""
        return await self._every(business_id, "owned_pages", TOKEN_FIELDS, reading.page, token)

    async def client_pages(self, business_id: str, token: Sealed[str]) -> Listed[PageFacts]:
        """All Pages that clients shared with the business."""
        return await self._every(business_id, "client_pages", TOKEN_FIELDS, reading.page, token)

    async def system_users(self, business_id: str, token: Sealed[str]) -> Listed[SystemUser]:
        """All system users of the business, as their administrator sees them."""
        return await self._every(business_id, "system_users", "id,name,role", reading.system_user, token)

    async def _every(
        self, business_id: str, edge: str, fields: str, one: Callable[[Any], T | None], token: Sealed[str]
    ) -> Listed[T]:
        name = f"/{{business}}/{edge}"
        return await self._caller.every(
            lambda after: self._page((business_id, edge), name, fields, one, token, after, 100)
        )

    async def _page(
        self,
        path: tuple[str, str],
        name: str,
        fields: str,
        one: Callable[[Any], T | None],
        token: Sealed[str],
        after: str | None,
        limit: int,
    ) -> Listed[T]:
        query = {"fields": fields, "limit": str(limit)}
        call = Call(
            method="GET",
            name=name,
            path=path,
            token=token,
            query=query if after is None else {**query, "after": after},
            about=None if path[0] == "me" else Scope(ScopeKind.OBJECT, path[0]),
        )
        return await self._caller.ask(call, reading.listing(one), "The answer is no list.")
