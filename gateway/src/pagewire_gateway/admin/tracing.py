"""Asking for the next events of an account to be traced, whatever share of all is."""

from typing import Annotated, Final

from litestar import get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.finding import one_account
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.telemetry.choosing import MOST


class TraceRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events to trace.

    Attributes:
        object: ``page`` or ``instagram``.
        account: its id.
        events: how many of its next events; 0 for none any more.
    """

    object: str
    account: str
    events: Annotated[int, Meta(ge=0, le=MOST)] = 20


class Asked(Struct, frozen=True, kw_only=True):
    """Events of an account that are still to be traced by this process."""

    object: str
    account: str
    events: int


class TracingView(Struct, frozen=True, kw_only=True):
    """What is traced.

    Attributes:
        on: whether anything is, in this process.
        ratio: which share of webhooks is, besides the events asked for.
        accounts: whose next events are traced.
    """

    on: bool
    ratio: float
    accounts: list[Asked]


@get("/api/v1/tracing", tags=["Tracing"])
async def show_tracing(gateway: GatewayHere) -> TracingView:
    """Whether this process traces, and whose next events it traces for certain."""
    return _view(gateway)


def _view(gateway: GatewayView) -> TracingView:
    left = sorted(gateway.choosing.left().items())
    accounts = [Asked(object=object_, account=account, events=events) for (object_, account), events in left]
    return TracingView(on=TRACING.on, ratio=TRACING.ratio, accounts=accounts)


@post("/api/v1/tracing", tags=["Tracing"], status_code=200)
async def trace(gateway: GatewayHere, data: JSONBody[TraceRequest]) -> TracingView:
    """Trace the next events of an account, each of them from webhook to echo; on NATS in every process that takes webhooks."""
    if not TRACING.on:
        raise AdminError(
            409, "not_traced", "This gateway exports no traces.", "Set OTEL_EXPORTER_OTLP_ENDPOINT, and start it anew."
        )
    one_account(gateway, data.object, data.account)
    await gateway.choosing.ask((data.object, data.account), data.events)
    return _view(gateway)


HANDLERS: Final = (show_tracing, trace)
