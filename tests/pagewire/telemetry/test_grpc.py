"""Everything by gRPC, to a real server of it."""

import logging
import sys

import pytest

from pagewire.telemetry.export.setting_up import set_up
from pagewire.telemetry.program import Program
from pagewire.telemetry.registry import Registry
from pagewire.telemetry.saying import Vocabulary
from pagewire.telemetry.tracing import TRACING, SpanKind
from pagewire.telemetry.variables import TelemetryError
from tests.otlp.grpc_receiver import receiving_by_grpc
from tests.otlp.receiver import receiving


@pytest.fixture
def program() -> Program:
    told = Registry()
    told.counter("shop.visits", "{visit}", "Visits.").add()
    dropped = told.tally("dropped", "1", "", "signal", "reason")
    return Program("shop", told, dropped, told.tally("removed", "1", "", "signal"), lambda: Vocabulary({"shop"}))


def test_spans_metrics_and_the_log_arrive_by_grpc(program, monkeypatch):
    with receiving() as receiver, receiving_by_grpc(receiver) as environ:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        exports = set_up(environ, program)
        assert exports is not None
        with TRACING.within(TRACING.begin("work", SpanKind.INTERNAL, {"text": "hello Ann"})):
            logging.getLogger("shop").warning("%s came", "Ann")
        exports.shut_down()
    (span,), (line,) = receiver.spans, receiver.lines
    assert (span.name, span.service, span.facts) == ("work", "shop", {})
    assert (line.body, line.trace) == ("* came", span.trace)
    assert receiver.metrics["shop.visits"].sum.data_points[0].as_int == 1
    assert {value for _, value in program.dropped.read()} == {0}
    assert "Ann" not in receiver.everything


def test_without_the_extra_it_says_which(program, monkeypatch):
    """The package is there in the tests; a finder that does not see it stands in for an installation without it."""

    class Blind:
        @staticmethod
        def find_spec(name, *_):
            if name == "opentelemetry.exporter.otlp.proto.grpc":
                raise ModuleNotFoundError(name)

    monkeypatch.setattr(sys, "meta_path", [Blind, *sys.meta_path])
    monkeypatch.delitem(sys.modules, "opentelemetry.exporter.otlp.proto.grpc", raising=False)
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    with pytest.raises(TelemetryError, match=r"pip install 'pagewire\[grpc\]'"):
        set_up(environ, program)
