"""Tracing in the test's own process."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from pagewire.telemetry.export.sampling import sampler
from pagewire.telemetry.tracing import TRACING


class Recorded:
    """Every span that ended."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler(), shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (found,) = self.named(name)
        return found


@pytest.fixture
def record() -> Iterator[Callable[[float], Recorded]]:
    """Records such a share of everything from now on."""

    def begin(ratio: float = 1.0) -> Recorded:
        recorded = Recorded()
        TRACING.use(recorded.provider.get_tracer("pagewire"), ratio, MappingProxyType({}))
        return recorded

    yield begin
    TRACING.stop()
