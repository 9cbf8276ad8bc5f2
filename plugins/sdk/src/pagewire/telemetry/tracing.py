"""Spans of Pagewire's programs, if somebody records them. Needs no more of OpenTelemetry than its API.

Off by default, and then an ``if`` a place. Whether something is traced is decided once, before the tracer is touched: what is
begun here as a root is recorded for certain, and its ``traceparent`` goes along with the work through journals and processes.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context, set_value
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

__all__ = ["CHOSEN", "TRACING", "Attributes", "Span", "SpanKind", "Tracing", "ids", "trace_id", "traceparent"]

Attributes = Mapping[str, str | bool | int | float]

CHOSEN: Final = "pagewire-chosen"
"""Key in the context of a root that is to be recorded, for the sampler."""
_ROOT: Final = set_value(CHOSEN, True, Context())
_VERSION: Final = "00"


class Tracing:
    """Begins and ends the spans of this process.

    Attributes:
        on: whether anything is recorded at all.
        ratio: which share of what may be traced is.
        common: attributes of every span that has to do with the journal.
    """

    def __init__(self) -> None:
        self.on = False
        self.common: Attributes = {}
        self.ratio = 0.0
        self._tracer: trace.Tracer = trace.NoOpTracer()

    def use(self, tracer: trace.Tracer, ratio: float, common: Attributes) -> None:
        """Record from now on.

        Args:
            tracer: makes the spans.
            ratio: which share of what may be traced is.
            common: see `common`.
        """
        self._tracer, self.ratio, self.common = tracer, ratio, common
        self.on = True

    def stop(self) -> None:
        """Record nothing more."""
        self.on = False

    def chosen(self, ratio: float | None = None) -> bool:
        """Whether to trace the next thing.

        Args:
            ratio: the share of such things, if it has one of its own.
        """
        return random.random() < (self.ratio if ratio is None else ratio)  # noqa: S311 - a sample

    def begin(
        self,
        name: str,
        kind: SpanKind,
        attributes: Attributes,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        start: int | None = None,
    ) -> Span:
        """Begin a span.

        Args:
            name: without anything that people or Meta make up.
            kind: of the span.
            attributes: what is known already; see `pagewire.telemetry.allowed`.
            parent: traceparent of the span it is part of; without one it is a root, which is recorded.
            links: traceparents of what it has to do with.
            start: when it began, nanoseconds since 1970; now if left out.
        """
        context = trace.set_span_in_context(NonRecordingSpan(_context_of(parent)), Context()) if parent else _ROOT
        linked = [Link(_context_of(link)) for link in links if link]
        return self._tracer.start_span(name, context, kind, attributes, linked, start)

    def child(self, name: str, kind: SpanKind, attributes: Attributes) -> Span:
        """Begin a span within the current one."""
        return self._tracer.start_span(name, None, kind, attributes)

    def end(self, span: Span, error: str = "", attributes: Attributes | None = None) -> None:
        """End a span.

        Args:
            span: which.
            error: class of what went wrong, never its text; empty if all went well.
            attributes: what is known by now.
        """
        for key, value in (attributes or {}).items():
            span.set_attribute(key, value)
        if error:
            self.blame(span, error)
        span.end()

    def blame(self, span: Span, error: str) -> None:
        """Say that something went wrong: its class, never its text."""
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR))

    @contextmanager
    def within(self, span: Span) -> Iterator[Span]:
        """Let a span be the current one; it is ended at the end, as an error if one is raised."""
        try:
            with trace.use_span(span, end_on_exit=False, record_exception=False, set_status_on_exception=False):
                yield span
        except BaseException as error:
            self.end(span, type(error).__name__)
            raise
        self.end(span)


TRACING: Final = Tracing()
"""The tracing of this process."""


def traceparent(span: Span) -> str:
    """A span as W3C's ``traceparent``; empty if it is not recorded."""
    found = span.get_span_context()
    if not found.trace_flags.sampled:
        return ""
    return f"{_VERSION}-{found.trace_id:032x}-{found.span_id:016x}-01"


def trace_id(parent: str) -> str:
    """The id of the trace that a traceparent names; empty without one."""
    return parent[3:35]


def ids() -> tuple[str, str] | None:
    """Trace id and span id of the current span, if it is recorded."""
    found = trace.get_current_span().get_span_context()
    return (f"{found.trace_id:032x}", f"{found.span_id:016x}") if found.trace_flags.sampled else None


def _context_of(parent: str) -> SpanContext:
    _, trace_id_, span_id, _ = parent.split("-")
    return SpanContext(int(trace_id_, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
