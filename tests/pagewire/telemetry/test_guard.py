"""What stands between spans and exporters."""

import contextlib

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, Status, StatusCode

from pagewire.telemetry.allowed import LONGEST
from pagewire.telemetry.export.guard import Guard, Queue


class Deaf(SpanExporter):
    """Takes nothing."""

    def export(self, spans):
        return SpanExportResult.FAILURE


class Broken(SpanExporter):
    """Raises."""

    def export(self, spans):
        raise OSError("no way")


def provider(guard):
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(guard))
    return made.get_tracer("x")


def test_only_what_is_on_the_list_passes():
    out = InMemorySpanExporter()
    guard = Guard(out, frozenset({"shop.name"}))
    other = SpanContext(1, 2, is_remote=True)
    with (
        contextlib.suppress(ValueError),
        provider(guard).start_as_current_span("work", links=[Link(other, {"text": "hello"})]) as span,
    ):
        span.set_attributes({"text": "hello", "pagewire.outcome": "done", "shop.name": "x" * 999})
        span.set_attributes({"url.full": "https://x/?access_token=1", "http.route": ["hello"]})
        raise ValueError("my card is 1234")
    (told,) = out.get_finished_spans()
    assert dict(told.attributes) == {"pagewire.outcome": "done", "shop.name": "x" * LONGEST}
    assert told.status.status_code is StatusCode.ERROR
    assert (told.status.description, told.events) == (None, ())
    assert [(link.context, dict(link.attributes or {})) for link in told.links] == [(other, {})]
    assert guard.removed == 3
    assert "hello" not in told.to_json()
    assert "1234" not in told.to_json()


def test_a_status_text_does_not_pass():
    out = InMemorySpanExporter()
    with provider(Guard(out)).start_as_current_span("work") as span:
        span.set_status(Status(StatusCode.ERROR, "user said hello"))
    assert "hello" not in out.get_finished_spans()[0].to_json()


@pytest.mark.parametrize("exporter", [Deaf(), Broken()])
def test_what_could_not_be_exported_is_counted(exporter, caplog):
    guard = Guard(exporter)
    with provider(guard).start_as_current_span("work"):
        pass
    assert (guard.taken, guard.failed) == (1, 1)


def test_what_finds_no_room_is_counted(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "4")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "60000")
    out = InMemorySpanExporter()
    queue = Queue(Guard(out))
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(queue)
    queue._batch_processor._export_lock.acquire()  # the exporter is slow
    for _ in range(10):
        with made.get_tracer("x").start_as_current_span("work"):
            pass
    queue._batch_processor._export_lock.release()
    made.force_flush()
    made.shutdown()
    assert queue.dropped == 6
    assert len(out.get_finished_spans()) == 4
