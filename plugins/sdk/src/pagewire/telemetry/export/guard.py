"""Between spans and exporters: only what is allowed passes, and what is lost is counted."""

from collections.abc import Sequence, Set

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status

from pagewire.telemetry.allowed import LONGEST, kept
from pagewire.telemetry.export.room import Passage, Room


class Guard(Passage, SpanExporter):
    """Hands on copies of spans: attributes that are on the list, no events, no text of a status.

    A copy, as spans cannot be changed any more when they are over.

    Args:
        exporter: gets the copies.
        more: attributes that are allowed besides.

    Attributes:
        removed: attributes that were taken out.
    """

    def __init__(self, exporter: SpanExporter, more: Set[str] = frozenset()) -> None:
        super().__init__()
        self._exporter, self._more = exporter, more
        self.removed = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export what may be."""
        return self._hand(
            len(spans), lambda: self._exporter.export([self._copy(span) for span in spans]), SpanExportResult.SUCCESS
        )

    def shutdown(self) -> None:
        """End the exporter."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Have the exporter finish."""
        return self._exporter.force_flush(timeout_millis)

    def _copy(self, span: ReadableSpan) -> ReadableSpan:
        attributes = kept(span.attributes, self._more)
        self.removed += len(span.attributes or ()) - len(attributes)
        return ReadableSpan(
            name=span.name[:LONGEST],
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=attributes,
            links=[Link(link.context) for link in span.links],
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )


class Queue(BatchSpanProcessor):
    """The SDK's queue, that says how many spans it had no room for.

    Args:
        guard: what it hands spans to.
    """

    def __init__(self, guard: Guard) -> None:
        super().__init__(guard)
        self._room = Room.before(self, guard)

    @property
    def dropped(self) -> int:
        """Spans that found no room."""
        return self._room.dropped

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing."""

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span, if there is room."""
        if self._room.enter():
            super().on_end(span)
