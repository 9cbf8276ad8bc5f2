"""A reconciliation as a trace."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from pagewire.telemetry.export.sampling import sampler
from pagewire.telemetry.tracing import TRACING, ids
from pagewire_operator.model import Key
from pagewire_operator.telemetry.tracing import traced

KEY = Key("MessengerPage", "support", "harbour")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler(), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    TRACING.use(provider.get_tracer("pagewire"), 1.0, {})
    yield exporter
    TRACING.stop()


async def test_a_reconciliation_is_a_span_with_the_name_of_its_resource(spans: InMemorySpanExporter) -> None:
    found: list[tuple[str, str] | None] = []

    async def reconcile(_: Key) -> float | None:
        found.append(ids())
        return 3.0

    assert await traced(reconcile)(KEY) == 3.0
    (span,) = spans.get_finished_spans()
    assert (span.name, span.status.is_ok, span.parent) == ("reconcile MessengerPage", True, None)
    assert dict(span.attributes or {}) == {
        "k8s.namespace.name": "support",
        "pagewire.resource.kind": "MessengerPage",
        "pagewire.resource.name": "harbour",
    }
    context = span.get_span_context()
    assert context is not None
    assert found == [(f"{context.trace_id:032x}", f"{context.span_id:016x}")]


async def test_what_it_fails_with_is_told_by_class_alone(spans: InMemorySpanExporter) -> None:
    async def reconcile(_: Key) -> float | None:
        raise TimeoutError("token EAAsecret")

    with pytest.raises(TimeoutError):
        await traced(reconcile)(KEY)
    (span,) = spans.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "TimeoutError"
    assert "EAAsecret" not in span.to_json()


async def test_without_tracing_there_is_no_span(spans: InMemorySpanExporter) -> None:
    TRACING.stop()

    async def reconcile(_: Key) -> float | None:
        return None

    await traced(reconcile)(KEY)
    assert spans.get_finished_spans() == ()
