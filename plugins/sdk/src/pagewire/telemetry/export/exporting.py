"""Exporters by name: on the console, or OTLP by HTTP or gRPC. Each is imported if it is asked for."""

from importlib import import_module
from typing import Any, Final, cast

from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, LogRecordExporter
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, MetricExporter
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SpanExporter

from pagewire.telemetry.variables import Asked

_OTLP: Final = "opentelemetry.exporter.otlp.proto"
_CLASSES: Final = {
    "traces": ("trace_exporter", "OTLPSpanExporter"),
    "metrics": ("metric_exporter", "OTLPMetricExporter"),
    "logs": ("_log_exporter", "OTLPLogExporter"),
}


def spans(name: str, asked: Asked) -> SpanExporter:
    """The exporter of spans that is called so."""
    return ConsoleSpanExporter() if name == "console" else cast("SpanExporter", _otlp("traces", asked))


def metrics(name: str, asked: Asked) -> MetricExporter:
    """The same of metrics."""
    return ConsoleMetricExporter() if name == "console" else cast("MetricExporter", _otlp("metrics", asked))


def logs(name: str, asked: Asked) -> LogRecordExporter:
    """The same of lines of the log."""
    return ConsoleLogRecordExporter() if name == "console" else cast("LogRecordExporter", _otlp("logs", asked))


def _otlp(signal: str, asked: Asked) -> Any:
    module, name = _CLASSES[signal]
    transport = "grpc" if signal in asked.grpc else "http"
    return getattr(import_module(f"{_OTLP}.{transport}.{module}"), name)()
