"""Where traces, metrics and the log are sent: does anybody take them there."""

from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

import httpx

from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning

_GRPC: Final = 4317


async def check_otlp(endpoint: str | None, logs: bool) -> AsyncIterator[Finding]:
    """Send export requests that hold nothing, which are valid ones.

    Args:
        endpoint: where to; nothing if there is none.
        logs: whether the log goes there as well.
    """
    if not endpoint:
        fix = "Set OTEL_EXPORTER_OTLP_ENDPOINT, or name it with --otlp, to see traces and metrics elsewhere."
        yield skipped("otlp", "no endpoint named", fix)
        return
    if urlsplit(endpoint).port == _GRPC:
        fix = "Doctor asks by HTTP alone, usually on port 4318; to export there, set OTEL_EXPORTER_OTLP_PROTOCOL=grpc."
        yield warning("otlp", f"{endpoint} is the port of gRPC", fix)
        return
    for signal in ("traces", "logs") if logs else ("traces",):
        yield await _asked(endpoint, signal)


async def _asked(endpoint: str, signal: str) -> Finding:
    headers = {"content-type": "application/x-protobuf"}
    try:
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
            answer = await http.post(f"{endpoint.rstrip('/')}/v1/{signal}", content=b"", headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"{endpoint} cannot be reached ({type(error).__name__})"
        return failed("otlp", said, "Is the collector running, and may this machine reach it?")
    if answer.is_error:
        fix = f"Is this a receiver of OTLP over HTTP, with a pipeline for {signal}?"
        return failed("otlp", f"{endpoint} answers {answer.status_code} to {signal}", fix)
    return ok("otlp", f"{endpoint} takes {signal}")
