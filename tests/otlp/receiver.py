"""Takes spans, metrics and logs as a Collector does, and remembers them."""

import gzip
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Told(NamedTuple):
    """A span as it came over the wire."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    links: frozenset[str]
    facts: dict[str, Any]
    error: bool
    service: str
    scope: str


class Line(NamedTuple):
    """A line of a log as it came over the wire."""

    body: str
    severity: str
    logger: str
    trace: str
    span: str
    facts: dict[str, Any]
    service: str
    time: int


class Receiver(ThreadingHTTPServer):
    """Listens on a free port of this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: dict[str, list[bytes]] = defaultdict(list)
        self.status = 200

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program export here, at once and everything."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.server_port}",
            "OTEL_TRACES_SAMPLER": "parentbased_always_on",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "300",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_BLRP_SCHEDULE_DELAY": "100",
        }

    @property
    def spans(self) -> list[Told]:
        """Every span, in the order of arrival."""
        found = map(ExportTraceServiceRequest.FromString, list(self.bodies["/v1/traces"]))
        return [
            _told(span, facts_of(part.resource.attributes), scope.scope.name)
            for request in found
            for part in request.resource_spans
            for scope in part.scope_spans
            for span in scope.spans
        ]

    def named(self, name: str) -> list[Told]:
        """The spans of a name."""
        return [span for span in self.spans if span.name == name]

    @property
    def raw_spans(self) -> list[Any]:
        """The same as the protocol has them."""
        found = map(ExportTraceServiceRequest.FromString, list(self.bodies["/v1/traces"]))
        return [s for one in found for part in one.resource_spans for scope in part.scope_spans for s in scope.spans]

    @property
    def metrics(self) -> dict[str, Any]:
        """The latest of each metric, by name."""
        found = map(ExportMetricsServiceRequest.FromString, list(self.bodies["/v1/metrics"]))
        return {
            metric.name: metric
            for one in found
            for part in one.resource_metrics
            for scope in part.scope_metrics
            for metric in scope.metrics
        }

    @property
    def lines(self) -> list[Line]:
        """Every line of a log, in the order of arrival."""
        found = map(ExportLogsServiceRequest.FromString, list(self.bodies["/v1/logs"]))
        return [
            _line(record, facts_of(part.resource.attributes), scope.scope.name)
            for request in found
            for part in request.resource_logs
            for scope in part.scope_logs
            for record in scope.log_records
        ]

    @property
    def everything(self) -> str:
        """All that came, as text to search in."""
        traces = map(ExportTraceServiceRequest.FromString, list(self.bodies["/v1/traces"]))
        metrics = map(ExportMetricsServiceRequest.FromString, list(self.bodies["/v1/metrics"]))
        logs = map(ExportLogsServiceRequest.FromString, list(self.bodies["/v1/logs"]))
        return "\n".join(map(str, [*traces, *metrics, *logs]))


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if self.server.status == 200:
            self.server.bodies[self.path].append(body)
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to tell."""


def facts_of(attributes: Any) -> dict[str, Any]:
    """Attributes as a dict."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


def _told(span: Any, resource: dict[str, Any], scope: str) -> Told:
    return Told(
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        kind=span.kind,
        links=frozenset(link.span_id.hex() for link in span.links),
        facts=facts_of(span.attributes),
        error=span.status.code == 2,
        service=resource["service.name"],
        scope=scope,
    )


def _line(record: Any, resource: dict[str, Any], scope: str) -> Line:
    return Line(
        body=record.body.string_value,
        severity=record.severity_text,
        logger=scope,
        trace=record.trace_id.hex(),
        span=record.span_id.hex(),
        facts=facts_of(record.attributes),
        service=resource["service.name"],
        time=record.time_unix_nano,
    )


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()
