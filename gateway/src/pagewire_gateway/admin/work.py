"""Parked work, and handing events to plugins again."""

import logging
from collections import defaultdict
from typing import Annotated, Final

from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from pagewire_gateway.admin import views
from pagewire_gateway.admin.errors import invalid, not_found
from pagewire_gateway.admin.finding import check_plugin, present
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.queries import PAGE, Which
from pagewire_gateway.journal.port import JournalFront, What
from pagewire_gateway.replays import Sends

log = logging.getLogger(__name__)

MOST_PARKED: Final = 10_000


class ParkedWork(Struct, frozen=True):
    """Parked work, oldest first."""

    parked: list[views.Parked]


class ParkedCauses(Struct, frozen=True):
    """Why work is parked, the most frequent cause first."""

    causes: list[views.ParkedCause]


class ReplayRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to hand to plugins again; exactly one of `events` and `filter`.

    Attributes:
        events: ids.
        filter: as for ``GET /api/v1/events``.
        plugin: one lane; without it, every lane at work.
        sends: which replies may go out: ``none`` (they are shown only), ``new`` (those that did not go out before) or ``all``.
        resend: the same as ``"sends": "all"``.
        dry_run: only say what would be replayed.
    """

    events: list[str] | None = None
    filter: Which | None = None
    plugin: str | None = None
    sends: Sends = "none"
    resend: bool = False
    dry_run: bool = False


class Replayed(Struct, frozen=True, kw_only=True):
    """What a replay came to.

    Attributes:
        events: ids that were, or would be, replayed.
        missing: ids the journal does not have.
        lanes: the lanes that get them.
        replayed: how many (event, plugin) were put back; 0 for a dry run.
        dry_run: nothing was changed.
    """

    events: list[str]
    missing: list[str]
    lanes: list[str]
    replayed: int
    dry_run: bool


class ParkedReplayRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which parked work to take up again; exactly one of `ids` and `all`.

    Attributes:
        ids: as ``GET /api/v1/parked`` shows them.
        all: everything that is parked.
        plugin: only what is parked for this lane.
        dry_run: only say what would be replayed.
    """

    ids: list[str] | None = None
    all: bool = False
    plugin: str | None = None
    dry_run: bool = False


class ParkedReplayed(Struct, frozen=True, kw_only=True):
    """What taking up parked work came to.

    Attributes:
        events: (event, plugin) put back, or that would be.
        outbound: requests to the Graph API put back, and reports of such requests told again, or that would be.
        missing: ids that name nothing parked.
        dry_run: nothing was changed.
    """

    events: int
    outbound: int
    missing: list[str]
    dry_run: bool


@get("/api/v1/parked", tags=["Parked work"])
async def list_parked(
    gateway: GatewayHere,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PARKED)] = 100,
    plugin: Annotated[str | None, QueryParameter(description="Only what is parked for this lane.")] = None,
    what: Annotated[What | None, QueryParameter(description="`event`, `outbound` or `report`.")] = None,
    cause: Annotated[str | None, QueryParameter(description="A cause of `/api/v1/parked/causes`.")] = None,
) -> ParkedWork:
    """Parked (event, plugin), outbound requests, and reports of such requests, oldest first."""
    return ParkedWork([views.parked_of(one) for one in await gateway.journal.parked(limit, plugin, what, cause)])


@get("/api/v1/parked/causes", tags=["Parked work"])
async def list_causes(gateway: GatewayHere) -> ParkedCauses:
    """Parked work by plugin and cause, the most frequent first."""
    return ParkedCauses([views.cause_of(one) for one in await gateway.journal.causes()])


@post("/api/v1/replay", tags=["Replay"], status_code=200)
async def replay(gateway: GatewayHere, data: JSONBody[ReplayRequest]) -> Replayed:
    """Hand events to plugins again, at most 1000 a request."""
    check_plugin(gateway, data.plugin)
    ids, missing = await _chosen(gateway.journal, data)
    count = 0
    if not data.dry_run and ids:
        sends = "all" if data.resend else data.sends
        count = await gateway.journal.replay(ids, data.plugin, sends == "all", sends == "none")
        log.info("replay of %d events asked for on the admin port, plugin %s", len(ids), data.plugin or "all")
    lanes = [data.plugin] if data.plugin else sorted(gateway.plugins)
    return Replayed(events=ids, missing=missing, lanes=lanes, replayed=count, dry_run=data.dry_run)


async def _chosen(journal: JournalFront, asked: ReplayRequest) -> tuple[list[str], list[str]]:
    if (asked.events is None) == (asked.filter is None):
        raise invalid("A replay needs either `events` or `filter`.", 'For example {"events": ["0123..."]}.')
    if asked.filter is not None:
        return [view.stored.id for view in await journal.events(asked.filter.filter())], []
    ids = asked.events or []
    if len(ids) > PAGE:
        raise invalid(f"A replay takes at most {PAGE} events, not {len(ids)}.", "Ask again with the rest.")
    there, missing = await present(journal, ids)
    if not there:
        raise not_found("The journal has none of these events.", "`pagewire events` lists ids.")
    return there, missing


@post("/api/v1/parked/replay", tags=["Replay"], status_code=200)
async def replay_parked(gateway: GatewayHere, data: JSONBody[ParkedReplayRequest]) -> ParkedReplayed:
    """Take up parked work again: (event, plugin) go back to their lane, requests to the outbox, reports to their plugin."""
    if (data.ids is None) == (not data.all):
        raise invalid('Parked work is chosen either by `ids` or with `"all": true`.')
    check_plugin(gateway, data.plugin)
    chosen = await _parked(gateway.journal, data)
    known = {one.id for one in chosen}
    missing = [one for one in data.ids or [] if one not in known]
    if data.ids and not known:
        raise not_found("Nothing parked has one of these ids.", "`pagewire parked` lists them.")
    events, outbound = await _take_up(gateway, chosen, data.dry_run)
    return ParkedReplayed(events=events, outbound=outbound, missing=missing, dry_run=data.dry_run)


async def _parked(journal: JournalFront, asked: ParkedReplayRequest) -> list[views.Parked]:
    found = [views.parked_of(one) for one in await journal.parked(MOST_PARKED, asked.plugin)]
    wanted = set(asked.ids or ())
    return found if asked.all else [one for one in found if one.id in wanted]


async def _take_up(gateway: GatewayView, chosen: list[views.Parked], dry_run: bool) -> tuple[int, int]:
    rows = [one.id for one in chosen if one.what != "event"]
    lanes: dict[str, list[str]] = defaultdict(list)
    for one in chosen:
        if one.what == "event":
            lanes[one.plugin].append(one.id)
    if dry_run:
        return len(chosen) - len(rows), len(rows)
    log.info("%d parked things are taken up again on request of the admin port", len(chosen))
    events = sum([await gateway.journal.replay(ids, lane, False) for lane, ids in lanes.items()])
    return events, await gateway.steering.replay(rows) if rows else 0


HANDLERS: Final = (list_parked, list_causes, replay, replay_parked)
