"""Is the process alive, can it do its work, and what does it count."""

import asyncio
import time
from typing import Final

from litestar import Response, get
from msgspec import Struct

from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.telemetry.exposition import expose

PATIENCE: Final = 2.0
"""Seconds the journal has to answer a probe."""


class Health(Struct, frozen=True):
    """The answer of a probe.

    Attributes:
        status: ``ok`` or ``unavailable``.
        reasons: why the gateway cannot do its work, each with what to do.
    """

    status: str
    reasons: tuple[str, ...] = ()


@get("/healthz", tags=["Probes"])
async def healthz() -> Health:
    """The event loop answers. Restart the process if it does not."""
    return Health("ok")


@get("/readyz", tags=["Probes"])
async def readyz(gateway: GatewayHere) -> Response[Health]:
    """Webhooks can be taken: the journal appends and the registry was read. 503 with the reasons otherwise."""
    reasons = await _reasons(gateway)
    health = Health("unavailable" if reasons else "ok", reasons)
    return Response(health, status_code=503 if reasons else 200)


@get("/metrics", tags=["Probes"], media_type="text/plain")
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Every metric in Prometheus' text format."""
    body, content_type = expose(request.headers.get("accept", ""))
    return Response(body, headers={"content-type": content_type})


async def _reasons(gateway: GatewayView) -> tuple[str, ...]:
    reasons = []
    if gateway.registry.revision == 0:
        reasons.append("The resources have not been read yet; wait, or look at the log.")
        reasons += [str(problem) for problem in gateway.registry.problems()]
    if reason := await _journal_reason(gateway):
        reasons.append(reason)
    return tuple(reasons)


async def _journal_reason(gateway: GatewayView) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            # Nothing to append goes the whole way to the disk's writer all the same.
            await gateway.journal.append((), int(time.time() * 1000), "")
    except TimeoutError:
        return f"The journal did not answer within {PATIENCE:g} s; look at the disk it is on."
    except JournalError as error:
        return f"The journal cannot append: {error}"
    return ""
