"""Replays of many events, and of all that is parked for one cause, in the background."""

import logging
from typing import Annotated, Any, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, structs

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import AdminError, AnyRequest, invalid, not_found
from pagewire_gateway.admin.finding import check_plugin
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.queries import Which
from pagewire_gateway.audit.acting import note
from pagewire_gateway.journal.port import What
from pagewire_gateway.replays import Busy, Job, Order, Sends
from pagewire_gateway.replays.job import MOST_A_SECOND, JobState

log = logging.getLogger(__name__)


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parked work; every field that is given must hold. ``GET /api/v1/parked/causes`` tells the groups."""

    plugin: str | None = None
    what: What | None = None
    cause: str | None = None


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to replay in the background; exactly one of `filter` and `parked`.

    Attributes:
        filter: events, as for ``GET /api/v1/events``; its ``limit`` does not count.
        parked: parked work instead.
        plugin: of events, one lane; without it, every lane at work.
        sends: which replies may go out: ``none`` (they are shown only), ``new`` (those that did not go out before) or ``all``.
            Parked work was never done, so what it leads to is sent whatever this says.
        drop: give the parked work up instead.
        rate: at most so many a second.
        dry_run: only count.
    """

    filter: Which | None = None
    parked: Group | None = None
    plugin: str | None = None
    sends: Sends = "none"
    drop: bool = False
    rate: Annotated[int, Meta(ge=1, le=MOST_A_SECOND)] = 50
    dry_run: bool = False


class Replay(Struct, frozen=True, kw_only=True):
    """A replay, and how far it is.

    Attributes:
        state: ``running``, ``done``, ``cancelled`` or ``failed``; with ``problem``, why.
        total: how many there were when it began; with `more`, at least.
        looked: how many it is through with.
        replayed: (event, plugin) put back, requests sent again, or things given up.
        asked: what was asked for; who it was about is not told once it is over.
    """

    id: str
    state: JobState
    by: str
    started: str
    ended: str | None
    total: int
    more: bool
    looked: int
    replayed: int
    problem: str
    asked: dict[str, Any]


class ReplayAnswer(Struct, frozen=True, kw_only=True):
    """What was begun, or would be.

    Attributes:
        total: how many there are; with `more`, at least.
        replay: what was begun; null for a dry run.
    """

    total: int
    more: bool
    replay: Replay | None


class ReplayList(Struct, frozen=True):
    """Replays of all processes, the newest first."""

    replays: list[Replay]


def replay_of(job: Job) -> Replay:
    """A job as people see it."""
    return Replay(
        id=job.id,
        state=job.state,
        by=job.by,
        started=moments.show(job.started),
        ended=moments.show_set(job.ended),
        total=job.total,
        more=job.more,
        looked=job.looked,
        replayed=job.done,
        problem=job.problem,
        asked=_asked(job.order),
    )


def _asked(order: Order) -> dict[str, Any]:
    told = {
        name: value for name, value in structs.asdict(order).items() if value not in (None, False) and name != "query"
    }
    if order.query is not None:
        query = {name: value for name, value in structs.asdict(order.query).items() if value not in (None, False)}
        told["filter"] = {
            name: moments.show(value) if name in {"since", "until"} else value for name, value in query.items()
        }
        told["filter"].pop("limit")
    else:
        told.pop("sends")
    return told


def order_of(wish: Wish) -> Order:
    """What a wish means.

    Raises:
        AdminError: it means nothing.
    """
    if (wish.filter is None) == (wish.parked is None):
        raise invalid("A replay needs either `filter` or `parked`.", 'For example {"filter": {"kind": "message"}}.')
    if wish.filter is not None:
        if wish.drop:
            raise invalid("Only parked work can be dropped.", 'Choose it with {"parked": {...}, "drop": true}.')
        return Order(query=wish.filter.filter(), plugin=wish.plugin, sends=wish.sends, rate=wish.rate)
    group = wish.parked or Group()
    plugin = group.plugin or wish.plugin
    return Order(plugin=plugin, what=group.what, cause=group.cause, drop=wish.drop, sends="new", rate=wish.rate)


async def start_replay(gateway: GatewayView, wish: Wish, request: AnyRequest) -> ReplayAnswer:
    """Count, or begin.

    Raises:
        AdminError: it cannot be begun; says why.
    """
    order = order_of(wish)
    check_plugin(gateway, order.plugin)
    if wish.dry_run:
        total, more = await gateway.replays.count(order)
        note(request, detail=f"only counted, {total}")
        return ReplayAnswer(total=total, more=more, replay=None)
    try:
        job = await gateway.replays.begin(order, request.user.name)
    except Busy as error:
        hint = "Wait until one ends, or cancel one: GET /api/v1/replays lists them."
        raise AdminError(409, "busy", "Three replays run already.", hint) from error
    what = "events" if order.query is not None else "parked"
    done = "given up" if order.drop else f"sends {order.sends}"
    note(request, on=f"replay {job.id}", detail=f"{job.total} {what}, plugin {order.plugin or 'all'}, {done}")
    log.info("replay %s of %d things was begun on the admin port", job.id, job.total)
    return ReplayAnswer(total=job.total, more=job.more, replay=replay_of(job))


def job_of(gateway: GatewayView, replay_id: str) -> Job:
    """The job with that id.

    Raises:
        AdminError: there is none.
    """
    job = gateway.replays.get(replay_id)
    if job is None:
        raise not_found(f"No replay has the id {replay_id}.", "GET /api/v1/replays lists them.")
    return job


@post("/api/v1/replays", tags=["Replay"], status_code=200)
async def begin_replay(gateway: GatewayHere, request: AnyRequest, data: JSONBody[Wish]) -> ReplayAnswer:
    """Replay many events, or take up parked work, in the background; it goes on after a restart of this process."""
    return await start_replay(gateway, data, request)


@get("/api/v1/replays", tags=["Replay"])
async def list_replays(gateway: GatewayHere) -> ReplayList:
    """The replays of all processes, the newest first."""
    return ReplayList([replay_of(job) for job in gateway.replays.all()])


@get("/api/v1/replays/{replay_id:str}", tags=["Replay"])
async def show_replay(gateway: GatewayHere, replay_id: FromPath[str]) -> Replay:
    """How far a replay is."""
    return replay_of(job_of(gateway, replay_id))


@post("/api/v1/replays/{replay_id:str}/cancel", tags=["Replay"], status_code=200)
async def cancel_replay(gateway: GatewayHere, replay_id: FromPath[str]) -> Replay:
    """Stop a replay where it is, whichever process runs it; what was put back stays so."""
    job_of(gateway, replay_id)
    await gateway.replays.cancel(replay_id)
    return replay_of(job_of(gateway, replay_id))


HANDLERS: Final = (begin_replay, list_replays, show_replay, cancel_replay)
