"""How messaging goes (Meta, Messaging Insights); Messenger only."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pagewire.graph import wire
from pagewire.graph.caller import Caller

MESSAGING_METRICS = (
    "page_messages_total_messaging_connections",
    "page_messages_new_conversations_unique",
    "page_messages_blocked_conversations_unique",
    "page_messages_reported_conversations_unique",
)
"""What Meta counts; blocked and reported conversations are an early alarm."""


class InsightValue(msgspec.Struct, frozen=True):
    """One number."""

    value: float = 0
    end_time: datetime | None = None


class Insight(msgspec.Struct, frozen=True):
    """One metric over time."""

    name: str
    period: str = ""
    values: tuple[InsightValue, ...] = ()


class Insights(Caller):
    """`GET /{page}/insights`."""

    async def insights(
        self,
        page_id: str,
        token: str,
        metrics: Sequence[str] = MESSAGING_METRICS,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> wire.Listed[Insight]:
        """Numbers for each day.

        Args:
            page_id: the Page.
            token: its access token; needs `read_insights`.
            metrics: which.
            since: from when on.
            until: until when.
        """
        return await self._listed(
            Insight,
            (page_id, "insights"),
            token,
            metric=",".join(metrics),
            period="day",
            since=str(int(since.timestamp())) if since else None,
            until=str(int(until.timestamp())) if until else None,
        )
