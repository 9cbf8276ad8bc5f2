"""A delivery that is traced, and the events it brought. Nobody outside says whether it is: no header is read."""

from collections.abc import Sequence
from time import time_ns
from typing import Final

from msgspec import structs

from pagewire.telemetry.tracing import TRACING, Span, SpanKind, traceparent
from pagewire.wire import Item
from pagewire_gateway.journal.port import Appended
from pagewire_gateway.telemetry.choosing import CHOOSING
from pagewire_gateway.telemetry.facts import Facts, of_event, of_operation

ROUTE: Final = "/webhooks/{namespace}/{app}"
ONE_BY_ONE: Final = 20
"""Events of a body that have a span each; more of them share one."""


def arrival_of(items: Sequence[Item], namespace: str) -> "Arrival | None":
    """The trace of a genuine delivery, if it is chosen; only while tracing is on.

    Args:
        items: what it brings.
        namespace: of its app.
    """
    return Arrival(items, namespace) if items and CHOOSING.chosen(items) else None


class Arrival:
    """The trace of a delivery, from where its body is known to be genuine to its answer.

    Args:
        items: what it brings.
        namespace: of its app.

    Attributes:
        items: the same, carrying their trace.
    """

    __slots__ = ("_published", "_span", "items")

    def __init__(self, items: Sequence[Item], namespace: str) -> None:
        self._span = TRACING.begin(f"POST {ROUTE}", SpanKind.SERVER, {"k8s.namespace.name": namespace})
        parent = traceparent(self._span)
        self._published: list[tuple[Span, tuple[str, ...]]]
        if len(items) <= ONE_BY_ONE:
            spans = [_published(of_event(item), parent) for item in items]
            self._published = [(span, (item.id,)) for span, item in zip(spans, items, strict=True)]
        else:
            spans = [_published({"messaging.batch.message_count": len(items)}, parent)] * len(items)
            self._published = [(spans[0], tuple(item.id for item in items))]
        self.items = [structs.replace(item, trace=traceparent(span)) for item, span in zip(items, spans, strict=True)]

    def stored(self, appended: Appended) -> None:
        """The journal has the events."""
        new = {one.id for one in appended.new}
        for span, ids in self._published:
            TRACING.end(span, "", {"pagewire.outcome": "stored" if new.intersection(ids) else "duplicate"})
        self._published = []

    def end(self, status: int, outcome: str) -> None:
        """The answer is known."""
        for span, _ in self._published:
            TRACING.end(span, outcome, {"pagewire.outcome": "failed"})
        TRACING.end(self._span, _error(status), _answered("POST", status, outcome))


def refused(method: str, status: int, outcome: str, seconds: float) -> None:
    """A request that brought nothing, after its answer: one of so many has a span.

    Args:
        method: as metrics name it.
        status: of the answer.
        outcome: what it is counted as.
        seconds: how long it took.
    """
    if TRACING.chosen():
        name = f"{'HTTP' if method == '_OTHER' else method} {ROUTE}"
        span = TRACING.begin(name, SpanKind.SERVER, {}, start=time_ns() - int(seconds * 1e9))
        TRACING.end(span, _error(status), _answered(method, status, outcome))


def _published(facts: Facts, parent: str) -> Span:
    attributes = {**TRACING.common, **of_operation("publish", "send"), **facts}
    return TRACING.begin("publish events", SpanKind.PRODUCER, attributes, parent=parent)


def _error(status: int) -> str:
    return str(status) if status >= 500 else ""


def _answered(method: str, status: int, outcome: str) -> Facts:
    return {
        "http.request.method": method,
        "http.route": ROUTE,
        "http.response.status_code": status,
        "pagewire.outcome": outcome,
    }
