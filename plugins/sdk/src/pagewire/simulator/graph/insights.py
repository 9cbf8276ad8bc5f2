"""Message metrics of a Page, a value a day (outbound.md 4.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import owners
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.conversations import iso
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import one_of
from pagewire.simulator.world import Account

_SCOPES = frozenset({"read_insights", "pages_read_engagement", "pages_show_list"})
METRICS = frozenset(
    {
        "page_messages_total_messaging_connections",
        "page_messages_new_conversations_unique",
        "page_messages_blocked_conversations_unique",
        "page_messages_reported_conversations_unique",
    }
)
_MOST_DAYS = 93


async def read(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/insights``: ``Account.insights`` where set, else what the simulator can count."""
    page = owners.page_of(meta, call, _SCOPES)
    metrics = [one_of(name.strip(), METRICS, "metric") for name in (call.text("metric") or "").split(",")]
    one_of(call.text("period") or "day", frozenset({"day"}), "period")
    days = _days(meta, call)
    return ok({"data": [_series(meta, page, metric, days) for metric in metrics]})


def _days(meta: Meta, call: Call) -> list[datetime]:
    now = datetime.fromtimestamp(meta.clock.now(), UTC)
    since = _moment(call, "since", now - timedelta(days=2))
    until = _moment(call, "until", now)
    count = (until - since).days
    if not 0 < count <= _MOST_DAYS:
        raise Refused(invalid(f"Param since and until must be 1 to {_MOST_DAYS} days apart"))
    start = until.replace(hour=8, minute=0, second=0, microsecond=0)
    return [start - timedelta(days=back) for back in reversed(range(count))]


def _moment(call: Call, name: str, default: datetime) -> datetime:
    given = call.text(name)
    if given is None:
        return default
    try:
        found = datetime.fromtimestamp(int(given), UTC) if given.isdigit() else datetime.fromisoformat(given)
    except ValueError:
        raise Refused(invalid(f"Param {name} must be a time")) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _series(meta: Meta, page: Account, metric: str, days: list[datetime]) -> dict[str, Any]:
    value = page.insights.get(metric, _counted(meta, page, metric))
    return {
        "name": metric,
        "period": "day",
        "values": [{"value": value, "end_time": iso(int(day.timestamp() * 1000))} for day in days],
        "id": f"{page.id}/insights/{metric}/day",
    }


def _counted(meta: Meta, page: Account, metric: str) -> int:
    own = [c for c in meta.state.conversations.values() if c.account.id == page.id]
    if "blocked" in metric:
        return sum(conversation.blocked for conversation in own)
    return 0 if "reported" in metric else len(own)
