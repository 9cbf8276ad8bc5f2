"""What the OTEL_ variables ask for."""

import pytest

from pagewire.telemetry.variables import Asked, TelemetryError, read

OTLP = frozenset({"otlp"})


def test_without_variables_all_is_off():
    assert read({}) == Asked()


@pytest.mark.parametrize(
    ("environ", "traces", "metrics", "ratio"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, OTLP, OTLP, 0.1),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, OTLP, frozenset(), 0.1),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_METRICS_EXPORTER": "none"}, OTLP, frozenset(), 0.1),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_TRACES_SAMPLER": "always_on"}, {"console"}, frozenset(), 1.0),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER_ARG": "0.5"}, OTLP, frozenset(), 0.5),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "parentbased_always_off"}, OTLP, frozenset(), 0.0),
    ],
)
def test_the_standard_variables_are_followed(environ, traces, metrics, ratio):
    asked = read(environ)
    assert (asked.traces, asked.metrics, asked.ratio) == (traces, metrics, ratio)


def test_it_can_be_disabled_as_a_whole():
    assert read({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}) == Asked()


@pytest.mark.parametrize(
    ("named", "logs"), [("none", frozenset()), ("otlp", OTLP), ("console, otlp", OTLP | {"console"})]
)
def test_logs_go_where_their_variable_says(named, logs):
    assert read({"OTEL_LOGS_EXPORTER": named}).logs == logs


@pytest.mark.parametrize(
    ("environ", "grpc"),
    [
        ({}, set()),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, {"traces", "metrics"}),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/protobuf"}, {"traces"}),
        ({"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "grpc", "OTEL_LOGS_EXPORTER": "otlp"}, {"logs"}),
    ],
)
def test_each_signal_goes_by_its_own_protocol_or_by_that_of_all(environ, grpc):
    assert read({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", **environ}).grpc == grpc


def test_an_address_alone_sends_no_logs():
    told = read(
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://c:4318/v1/logs"}
    )
    assert (told.exporters, told.logs) == (OTLP, frozenset())


def test_further_attributes_are_allowed_by_name():
    assert read({"PAGEWIRE_TRACE_ATTRIBUTES": "shop.name, shop.size,"}).more == {"shop.name", "shop.size"}


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER names zipkin: use otlp, console or none"),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, "use http/protobuf, or grpc"),
        ({"OTEL_LOGS_EXPORTER": "loki"}, "OTEL_LOGS_EXPORTER names loki: use otlp, console or none"),
        ({"OTEL_LOGS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "udp"}, "OTLP_LOGS_PROTOCOL is udp"),
        ({"OTEL_TRACES_SAMPLER": "jaeger_remote"}, "use parentbased_traceidratio"),
        ({"OTEL_TRACES_SAMPLER_ARG": "often"}, "a share from 0 to 1"),
        ({"OTEL_TRACES_SAMPLER_ARG": "nan"}, "a share from 0 to 1"),
        ({"OTEL_TRACES_SAMPLER_ARG": "2"}, "a share from 0 to 1"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_write(environ, said):
    with pytest.raises(TelemetryError, match=said):
        read(environ)
