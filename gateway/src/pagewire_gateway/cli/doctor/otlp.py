"""Where traces and metrics are sent: does anybody take them there."""

from typing import Final
from urllib.parse import urlsplit

import httpx

from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning

_TRACES: Final = "/v1/traces"
_GRPC: Final = 4317


async def check_otlp(endpoint: str | None) -> Finding:
    """Send an export request that holds nothing, which is a valid one."""
    if not endpoint:
        fix = "Set OTEL_EXPORTER_OTLP_ENDPOINT, or name it with --otlp, to see traces and metrics elsewhere."
        return skipped("otlp", "no endpoint named", fix)
    if urlsplit(endpoint).port == _GRPC:
        return warning(
            "otlp", f"{endpoint} is the port of gRPC", "Pagewire speaks OTLP over HTTP, usually on port 4318."
        )
    headers = {"content-type": "application/x-protobuf"}
    try:
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
            answer = await http.post(endpoint.rstrip("/") + _TRACES, content=b"", headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"{endpoint} cannot be reached ({type(error).__name__})"
        return failed("otlp", said, "Is the collector running, and may this machine reach it?")
    if answer.is_error:
        return failed("otlp", f"{endpoint} answers {answer.status_code}", "Is this a receiver of OTLP over HTTP?")
    return ok("otlp", f"{endpoint} takes traces")
