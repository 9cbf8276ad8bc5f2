"""The same person's ids on a company's Pages (Meta, ID Matching: no longer in the guide, and still answering)."""

from typing import Any

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.results import Listed, MatchedId
from pagewire.graph.admin.served import Served

__all__ = ["Matching"]


class Matching:
    """See `AdminClient.matching`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def ids_for_pages(self, user_id: str) -> Listed[MatchedId]:
        """The PSIDs of a person on the Pages of the business that owns the app.

        Args:
            user_id: app-scoped, as `TokenReport.user_id` gives it.

        Raises:
            AdminError: often, and for good: do not build on an answer.
        """
        call = Call(
            method="GET",
            name="/{user}/ids_for_pages",
            path=(user_id, "ids_for_pages"),
            token=self._caller.app_token,
        )
        return await self._caller.ask(call, reading.listing(_matched), "The answer lists no ids.")


def _matched(found: Any) -> MatchedId | None:
    about = reading.identity(found, Served())
    page = reading.page(found.get("page")) if isinstance(found, dict) else None
    return MatchedId(id=about.id, page_id=page.id) if about is not None and page is not None else None
