"""Replays of many events: what would be done, what is being done, and an end to it."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pagewire_gateway.admin.errors import AdminError, AnyRequest, invalid
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.numbers import whole
from pagewire_gateway.admin.replays import Wish, job_of, order_of, replay_of, start_replay
from pagewire_gateway.console.filters import filters_of
from pagewire_gateway.console.pages.events import SENDS, choices
from pagewire_gateway.console.render import Page, fields, go, page, part
from pagewire_gateway.replays.job import MOST_A_SECOND

RATES: Final = ("10", "50", "200", "1000")


@get("/console/replays")
async def list_replays(request: AnyRequest, gateway: GatewayHere) -> Page:
    """What was begun, the newest first."""
    return page(request, "replays.html", "Replays", jobs=[replay_of(job) for job in gateway.replays.all()])


@get("/console/replays/new")
async def plan_replay(request: AnyRequest, gateway: GatewayHere) -> Page:
    """How many events the filters leave, and what to do with them."""
    return await _plan(request, gateway, request.query_params)


async def _plan(
    request: AnyRequest, gateway: GatewayView, given: Mapping[str, str], refused: AdminError | None = None
) -> Page:
    """The form, as it was filled in; with why it was refused."""
    filters = filters_of(given)
    wrong, total, more = filters.wrong(), 0, False
    if not wrong:
        total, more = await gateway.replays.count(order_of(Wish(filter=filters.which())))
    shown: dict[str, Any] = {"filters": filters, "wrong": wrong, "total": total, "more": more}
    shown |= {
        "sends": SENDS,
        "rates": RATES,
        "chosen": {name: given.get(name, "") for name in ("lane", "sends", "rate")},
    }
    shown["refused"] = refused.facts if refused else None
    status = refused.status if refused else 400 if wrong else 200
    return page(request, "replay_new.html", "Replay events", status, **shown, **choices(gateway))


@post("/console/replays")
async def begin_replay(request: AnyRequest, gateway: GatewayHere) -> Redirect | Page:
    """Begin, and lead to where its progress is; what cannot begin is in the form still, with the reason."""
    given = await fields(request)
    try:
        return await begun(gateway, _wish(given), request)
    except AdminError as error:
        return await _plan(request, gateway, given, error)


def _wish(given: Mapping[str, str]) -> Wish:
    sends = next((name for name, _ in SENDS if name == given.get("sends", "none")), None)
    if sends is None:
        raise invalid("What may be sent is not said.", "Choose it under Replies.")
    rate, lane = rate_of(given.get("rate", "50")), given.get("lane") or None
    return Wish(filter=filters_of(given).which(), plugin=lane, sends=sends, rate=rate)  # type: ignore[arg-type]


async def begun(gateway: GatewayHere, wish: Wish, request: AnyRequest) -> Redirect:
    """Begin what is wished for, and lead to where its progress is."""
    answer = await start_replay(gateway, wish, request)
    assert answer.replay is not None  # noqa: S101 - no dry run
    return go(f"/console/replays/{answer.replay.id}", "It has begun, and goes on if you leave this page.")


def rate_of(text: str) -> int:
    """Events a second, from a form.

    Raises:
        AdminError: it is no such number.
    """
    rate = whole(text)
    if rate is None or not 1 <= rate <= MOST_A_SECOND:
        raise invalid(f"The rate has to be between 1 and {MOST_A_SECOND} a second.", "Choose another one.")
    return rate


@get("/console/replays/{replay_id:str}")
async def show_replay(request: AnyRequest, gateway: GatewayHere, replay_id: FromPath[str]) -> Page:
    """How far it is; drawn anew every second while it runs."""
    job = replay_of(job_of(gateway, replay_id))
    left = max(0, job.total - job.looked)
    shown: dict[str, Any] = {
        "job": job,
        "share": round(100 * job.looked / job.total, 1) if job.total else 100,
        "left": left,
    }
    if request.headers.get("hx-request"):
        return part(request, "replay_now.html", **shown)
    return page(request, "replay.html", "Replay", **shown)


@post("/console/replays/{replay_id:str}/cancel")
async def cancel_replay(gateway: GatewayHere, replay_id: FromPath[str]) -> Redirect:
    """Stop it where it is."""
    job_of(gateway, replay_id)
    await gateway.replays.cancel(replay_id)
    job = replay_of(job_of(gateway, replay_id))
    stopped = f"Stopped after {job.looked} of {job.total}."
    said = "The process that runs it has been told to stop." if job.state == "running" else stopped
    return go(f"/console/replays/{job.id}", said, "wait")


HANDLERS: Final = (list_replays, plan_replay, begin_replay, show_replay, cancel_replay)
