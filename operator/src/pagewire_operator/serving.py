"""Probes and metrics over HTTP."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import msgspec
from aiohttp import web

from pagewire_operator.config import Address
from pagewire_operator.telemetry import CONTENT_TYPE

Checks = Callable[[], Iterable[str]]
"""What is wrong right now, a sentence each."""

_NO_STORE: Final = {"Cache-Control": "no-store"}


class Serving:
    """``/healthz``, ``/readyz`` and ``/metrics``.

    Args:
        alive: sentences that mean: start this process again.
        ready: sentences that mean: it cannot do its work right now, and waiting is right.
        metrics: the text for Prometheus.
    """

    def __init__(self, alive: Checks, ready: Checks, metrics: Callable[[], bytes]) -> None:
        app = web.Application()
        app.router.add_get("/healthz", _probe(alive))
        app.router.add_get("/readyz", _probe(ready))
        app.router.add_get("/metrics", _text(metrics))
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self, at: Address) -> Address:
        """Listen; where, if a free port was asked for.

        Raises:
            OSError: the address cannot be used.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, at.host, at.port).start()
        host, port, *_ = self._runner.addresses[0]
        return Address(str(host), int(port))

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()


def _probe(checks: Checks) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        wrong = tuple(checks())
        body = msgspec.json.encode({"status": "failing" if wrong else "ok", "problems": wrong})
        return web.Response(body=body, status=503 if wrong else 200, content_type="application/json", headers=_NO_STORE)

    return answer


def _text(metrics: Callable[[], bytes]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=metrics(), headers={"Content-Type": CONTENT_TYPE, **_NO_STORE})

    return answer
