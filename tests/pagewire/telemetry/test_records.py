"""The log of a program as OTLP, over real HTTP."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter
from opentelemetry.sdk.resources import Resource

from pagewire.logs import TextLines
from pagewire.telemetry.export.records import Records
from pagewire.telemetry.export.setting_up import set_up
from pagewire.telemetry.program import Program
from pagewire.telemetry.registry import Registry
from pagewire.telemetry.saying import Vocabulary
from pagewire.telemetry.tracing import TRACING, SpanKind, ids
from tests.otlp.receiver import Receiver, receiving

LOG = logging.getLogger("pagewire_gateway.x")
VOCABULARY = Vocabulary({"pagewire_gateway"}, {"crm"})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def program() -> Program:
    told = Registry()
    dropped = told.tally("dropped", "1", "", "signal", "reason")
    removed = told.tally("removed", "1", "", "signal")
    return Program("shop", told, dropped, removed, lambda: VOCABULARY)


@contextmanager
def exporting(receiver: Receiver, program: Program, monkeypatch: pytest.MonkeyPatch, **more: str) -> Iterator[None]:
    for name, value in {**receiver.environment, **more}.items():
        monkeypatch.setenv(name, value)
    exports = set_up({**receiver.environment, **more}, program)
    assert exports is not None
    try:
        yield
    finally:
        exports.shut_down()


def test_a_line_has_severity_logger_time_and_trace(receiver, program, monkeypatch):
    with (
        exporting(receiver, program, monkeypatch),
        TRACING.within(TRACING.begin("work", SpanKind.INTERNAL, {})),
    ):
        LOG.warning("plugin %s failed for %s", "crm", "Ann")
        within = ids()
    (line,) = receiver.lines
    assert (line.body, line.severity, line.logger) == ("plugin crm failed for *", "WARN", "pagewire_gateway.x")
    assert (line.trace, line.span) == within
    assert line.service == "shop"
    assert line.time > 1_700_000_000 * 10**9


def test_outside_of_a_span_there_is_no_trace(receiver, program, monkeypatch):
    with exporting(receiver, program, monkeypatch):
        LOG.error("it broke")
    (line,) = receiver.lines
    assert (line.severity, line.trace.strip("0"), line.span.strip("0")) == ("ERROR", "", "")


def test_attributes_pass_by_the_list_and_errors_by_their_class(receiver, program, monkeypatch):
    with exporting(receiver, program, monkeypatch, PAGEWIRE_TRACE_ATTRIBUTES="shop.size"):
        told = {"plugin": "crm", "text": "hello Ann", "shop.size": 3}
        LOG.error("it broke", exc_info=ValueError("my card is 1234"), extra=told)
        logging.getLogger("pagewire.plugin.crm").warning("hello %s", "Ann", extra={"plugin": "hello Ann"})
        removed = dict(program.removed.read())
    first, second = receiver.lines
    assert first.facts == {"pagewire.plugin.name": "crm", "shop.size": 3, "exception.type": "ValueError"}
    assert (second.body, second.logger, second.facts) == ("*", "pagewire.plugin.crm", {})
    assert removed[("logs",)] == 3
    assert not [word for word in ("Ann", "1234", "hello") if word in receiver.everything]


def test_the_whole_line_leaves_for_those_who_allow_it_and_no_secret_with_it(receiver, program, monkeypatch):
    with exporting(receiver, program, monkeypatch, PAGEWIRE_TRACE_ATTRIBUTES="log.record.original"):
        LOG.warning("GET %s", "https://x/?access_token=EAAsecret&limit=1")
    (line,) = receiver.lines
    assert line.body == "GET *"
    assert line.facts["log.record.original"].endswith("GET https://x/?access_token=***&limit=1")


def test_without_the_variable_the_log_stays_here(receiver, program, monkeypatch):
    handlers = logging.getLogger().handlers[:]
    with exporting(receiver, program, monkeypatch, OTEL_LOGS_EXPORTER=""):
        assert logging.getLogger().handlers == handlers
        LOG.warning("it broke")
        assert ("logs",) not in dict(program.removed.read())
    assert receiver.lines == []


def test_a_collector_that_refuses_is_counted_and_not_told_to_itself(receiver, program, monkeypatch):
    receiver.status = 400
    with exporting(receiver, program, monkeypatch):
        LOG.warning("it broke")
    told = dict(program.dropped.read())
    assert (told["logs", "failed"], told["logs", "queue_full"]) == (1, 0)


def test_what_finds_no_room_is_dropped_at_once_and_counted(monkeypatch):
    monkeypatch.setenv("OTEL_BLRP_MAX_QUEUE_SIZE", "4")
    monkeypatch.setenv("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "4")
    monkeypatch.setenv("OTEL_BLRP_SCHEDULE_DELAY", "60000")
    out = InMemoryLogRecordExporter()
    records = Records(out, Resource.create(), VOCABULARY, frozenset())
    with records._queue._batch_processor._export_lock:  # the exporter is slow
        for number in range(10):
            records.emit(logging.LogRecord(LOG.name, logging.INFO, "", 0, "line %d", (number,), None))
    records.close()
    assert records.dropped == 6
    assert len(out.get_finished_logs()) == 4


def test_a_line_that_cannot_be_formatted_ends_nothing(capsys):
    records = Records(InMemoryLogRecordExporter(), Resource.create(), VOCABULARY, frozenset())
    records.setFormatter(TextLines())
    records.emit(logging.LogRecord(LOG.name, logging.INFO, "", 0, "%x", (1.5,), None))
    records.close()
    assert "TypeError" in capsys.readouterr().err
