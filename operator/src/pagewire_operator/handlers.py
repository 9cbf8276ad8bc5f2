"""The only file that knows kopf, and it uses kopf for one thing: to be told of changes.

kopf's own handling of changes, its retries, timers, finalizers, peering and Events are not used. What they cost at 5,000
resources, and what stands in their place, is written down in decision 0010.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, Literal

import kopf

from pagewire.kube import RESOURCES, Access, Object
from pagewire.kube.access import Middleware

_log: Final = logging.getLogger(__name__)

Told = Literal["ADDED", "MODIFIED", "DELETED"] | None
"""What kopf says of an object; None for one that a list showed."""
Heard = Callable[[str, Told, Object], Awaitable[None]]


async def follow(
    access: Access,
    namespaces: tuple[str, ...],
    heard: Heard,
    stop: asyncio.Event,
    ready: asyncio.Event,
    *count: Middleware,
) -> None:
    """Watch our kinds until `stop` is set.

    Args:
        access: the cluster.
        namespaces: the only ones to watch; all if there are none here.
        heard: given the kind, what happened, and the object; must not raise.
        stop: ends it.
        ready: set once the watches begin.
        count: middlewares around every request.

    Raises:
        WatchesEndedError: a watch ended for good; the process had better start again.
    """
    registry = kopf.OperatorRegistry()
    _log_in_with(registry, access, count)
    for kind in RESOURCES:
        _hear(registry, kind, heard)
    end = _End()
    running = asyncio.create_task(
        kopf.operator(
            registry=registry,
            settings=_settings(),
            namespaces=namespaces,
            clusterwide=not namespaces,
            stop_flag=end,
            ready_flag=ready,
        )
    )
    await _until_over(running, end, stop)


class WatchesEndedError(Exception):
    """kopf gave a watch up for good, as it does when a kind is no longer there."""


class _End(asyncio.Event):
    """Tells kopf to end, and us that kopf ends by itself: it may never come to the end of that."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up = asyncio.Event()

    async def wait(self) -> Literal[True]:
        try:
            return await super().wait()
        except asyncio.CancelledError:
            self.given_up.set()
            raise


async def _until_over(running: asyncio.Task[None], end: _End, stop: asyncio.Event) -> None:
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(end.given_up.wait())]
    await asyncio.wait((running, *waits), return_when=asyncio.FIRST_COMPLETED)
    end.set()
    if end.given_up.is_set() and not stop.is_set() and not running.done():
        raise WatchesEndedError("a watch ended for good, see above")
    for waiting in waits:
        waiting.cancel()
    await running


def _log_in_with(registry: kopf.OperatorRegistry, access: Access, count: tuple[Middleware, ...]) -> None:
    @kopf.on.login(registry=registry)
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        # Our own session keeps itself logged in; kopf comes back here only when it was refused all the same.
        await access.renew()
        session = access.session("pagewire-operator/kopf", *count)
        return kopf.AiohttpSession(server=access.server, default_namespace=access.namespace, aiohttp_session=session)


def _hear(registry: kopf.OperatorRegistry, kind: str, heard: Heard) -> None:
    group, version, plural, _ = RESOURCES[kind]

    @kopf.on.event(group, version, plural, id=f"hear-{plural}", registry=registry)
    async def hear(event: Any, **_: Any) -> None:
        await heard(kind, event["type"], event["object"])


def _settings() -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    # kopf takes away any finalizer of this name that it sees no need for, and it would see none for ours.
    settings.persistence.finalizer = "kopf.pagewire.dev/unused"
    settings.persistence.diffbase_storage = _NoStorage()
    settings.peering.standalone = True
    settings.posting.enabled = False
    settings.posting.loggers = False
    # A watch of kinds and namespaces would need rights on both.
    settings.scanning.disabled = True
    settings.watching.server_timeout = 300
    settings.watching.inactivity_timeout = 70
    settings.watching.chunk_size = 500
    settings.watching.initial_streaming = False
    # A worker holds its place for as long as it idles.
    settings.queueing.worker_limit = 100
    settings.queueing.idle_timeout = 0.05
    settings.networking.request_timeout = 30
    settings.networking.connect_timeout = 5
    settings.networking.enforce_retry_after = True
    settings.networking.error_backoffs = _ForEver()
    settings.execution.default_backoff = 5
    settings.process.ultimate_exiting_timeout = 25
    return settings


class _NoStorage(kopf.DiffBaseStorage):
    """kopf copies every object several times for handlers of changes, of which there are none."""

    def build(self, *, body: kopf.Body, extra_fields: Any = None) -> kopf.BodyEssence:  # noqa: ARG002 - kopf's shape
        """Nothing."""
        return kopf.BodyEssence()

    def fetch(self, *, body: kopf.Body) -> kopf.BodyEssence | None:  # noqa: ARG002 - kopf's shape
        """Nothing."""
        return None

    def store(self, *, body: kopf.Body, patch: kopf.Patch, essence: kopf.BodyEssence) -> None:
        """Nowhere."""


class _ForEver:
    """Pauses that never end: with kopf's own, 80 seconds without a right or a server end the process."""

    def __iter__(self) -> Iterator[float]:
        yield from (0.2, 0.5, 1.0, 2.0)
        while True:
            yield 5.0
