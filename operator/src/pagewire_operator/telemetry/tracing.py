"""One reconciliation as a trace."""

from collections.abc import Awaitable, Callable

from pagewire.telemetry.tracing import TRACING, SpanKind
from pagewire_operator.model import Key

Reconcile = Callable[[Key], Awaitable[float | None]]


def traced(reconcile: Reconcile) -> Reconcile:
    """The same, within a span for those that are chosen while tracing is on."""

    async def one(key: Key) -> float | None:
        if not TRACING.on or not TRACING.chosen():
            return await reconcile(key)
        facts = {
            "k8s.namespace.name": key.namespace,
            "pagewire.resource.kind": key.kind,
            "pagewire.resource.name": key.name,
        }
        with TRACING.within(TRACING.begin(f"reconcile {key.kind}", SpanKind.INTERNAL, facts)):
            return await reconcile(key)

    return one
