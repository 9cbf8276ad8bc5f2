"""Takes spans, metrics and logs by gRPC, as the protocol's own service, and remembers them as the receiver by HTTP does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from tests.otlp.receiver import Receiver

_SERVICES = (
    ("/v1/traces", trace_service_pb2_grpc, "TraceService", trace_service_pb2.ExportTraceServiceResponse),
    ("/v1/metrics", metrics_service_pb2_grpc, "MetricsService", metrics_service_pb2.ExportMetricsServiceResponse),
    ("/v1/logs", logs_service_pb2_grpc, "LogsService", logs_service_pb2.ExportLogsServiceResponse),
)


@contextmanager
def receiving_by_grpc(receiver: Receiver) -> Iterator[dict[str, str]]:
    """What makes a program export by gRPC; what comes is put beside what `receiver` gets by HTTP."""
    server = grpc.server(ThreadPoolExecutor(4))
    for path, module, service, answer in _SERVICES:
        takes = type(service, (getattr(module, f"{service}Servicer"),), {"Export": _taking(receiver, path, answer)})
        getattr(module, f"add_{service}Servicer_to_server")(takes(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        address = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
        yield {**receiver.environment, **address}
    finally:
        server.stop(1.0).wait()


def _taking(receiver: Receiver, path: str, answer: Any) -> Any:
    def export(_service: Any, request: Any, _context: Any) -> Any:
        receiver.bodies[path].append(request.SerializeToString())
        return answer()

    return export
