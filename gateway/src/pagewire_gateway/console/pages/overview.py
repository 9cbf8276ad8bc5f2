"""How everything is, on one page."""

from itertools import islice
from typing import Any, Final

from litestar import get

from pagewire_gateway.admin import state, things
from pagewire_gateway.admin.clock import now
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.console import charts, words
from pagewire_gateway.console.attention import Seen, matters
from pagewire_gateway.console.matter import Matter
from pagewire_gateway.console.render import Page, page, part
from pagewire_gateway.journal.port import Stats
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.history import Sample

_MOST_ACCOUNTS: Final = 10_000


@get("/console")
async def overview(request: AnyRequest, gateway: GatewayHere) -> Page:
    """The page, or the part of it that is drawn anew every few seconds."""
    stats = await gateway.journal.stats()
    at = gateway.history.now(stats, now())
    shown: dict[str, Any] = {
        "at": at,
        "stats": stats,
        "matters": await _matters(gateway, stats, at),
        "lines": _lines(gateway, at),
        "rate": _rate(gateway),
        "lanes": charts.bars(
            [(lane.plugin, lane.pending + lane.retry) for lane in stats.lanes], href="/console/plugins/{}"
        ),
        "outbox": charts.bars(sorted(stats.outbox.items())),
        "accounts": sum(1 for _ in gateway.registry.accounts()),
        "plugins": len(gateway.plugins),
    }
    if request.headers.get("hx-request"):
        return part(request, "overview_now.html", **shown)
    return page(request, "overview.html", "Overview", **shown)


async def _matters(gateway: GatewayView, stats: Stats, at: Sample) -> list[Matter]:
    accounts = islice(gateway.registry.accounts(), _MOST_ACCOUNTS)
    seen = Seen(
        stats=stats,
        now=at,
        samples=gateway.history.samples,
        plugins=(await state.list_plugins.fn(gateway, accounts=0)).plugins,
        accounts=[things.account_of(one) for one in accounts],
        outbox=[things.outbox_of(one) for one in await gateway.steering.waiting()],
        problems=gateway.mistakes.problems(),
        complaints=gateway.registry.complaints(),
        deletions=_parked(metrics.deletions_open),
        logins=_parked(metrics.login_endings_open),
    )
    return matters(seen)


def _parked(gauge: metrics.Gauge) -> int:
    return int(sum(count for labels, count in gauge.read() if labels == ("parked",)))


def _lines(gateway: GatewayView, at: Sample) -> dict[str, charts.Line]:
    # With what is told above each chart, so that it is not more than the most of the hour.
    samples = (*gateway.history.samples, at)
    return {
        "rate": charts.line(gateway.history.rates()),
        "waiting": charts.line([one.waiting for one in samples]),
        "lag": charts.line([one.lag for one in samples]),
        "sending": charts.line([one.sending for one in samples]),
    }


def _rate(gateway: GatewayView) -> str:
    """Events a second over the last minute, so far as it is known."""
    latest = gateway.history.rates()[-4:]
    return words.count(sum(latest) / len(latest)) if latest else "–"


HANDLERS: Final = (overview,)
