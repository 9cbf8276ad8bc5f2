"""What the operator tells about itself. No label holds an id of Meta's."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from platform import python_version
from time import perf_counter
from typing import Any, Final

import aiohttp

from pagewire.installed import points
from pagewire.kube import ObjectName
from pagewire.telemetry.export.setting_up import set_up
from pagewire.telemetry.exposition import Exposition
from pagewire.telemetry.program import Program
from pagewire.telemetry.saying import Vocabulary
from pagewire_operator.known import Known
from pagewire_operator.model import Key
from pagewire_operator.queue import Why, WorkQueue
from pagewire_operator.telemetry import statuses
from pagewire_operator.telemetry.metrics import Metrics

PACKAGES: Final = frozenset({"pagewire", "pagewire_operator"})
"""Whose lines of the log have words that are constants."""

_VERBS: Final = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Send = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class Telemetry:
    """The metrics of one operator, and where their numbers come from.

    Attributes:
        metrics: all of them.
    """

    def __init__(self) -> None:
        self.metrics = Metrics()
        self._exposition = Exposition(self.metrics)
        build = version("pagewire-operator"), python_version()
        self.metrics.build.read = lambda: [(build, 1.0)]
        self.metrics.leader.show(0)

    @contextmanager
    def exporting(self, environ: Mapping[str, str]) -> Iterator[None]:
        """Export meanwhile, if the environment asks for it.

        Raises:
            TelemetryError: what is asked for cannot be done; says what to do.
        """
        exports = set_up(environ, self._program())
        try:
            yield
        finally:
            if exports is not None:
                exports.shut_down()

    def _program(self) -> Program:
        told = self.metrics
        return Program(
            service="pagewire-operator",
            metrics=told,
            dropped=told.dropped,
            removed=told.removed,
            vocabulary=lambda: Vocabulary(PACKAGES, points(), (Key, ObjectName)),
        )

    def watch_queue(self, queue: WorkQueue[Any]) -> None:
        """Show how much waits for a worker, and for how long."""
        told = self.metrics
        told.queue_depth.read = lambda: [((), float(queue.depth))]
        told.queue_planned.read = lambda: [((), float(queue.planned))]
        told.queue_busy.read = lambda: [((), float(queue.busy))]
        told.queue_oldest.read = lambda: [((), float(queue.oldest))]

    def watch_resources(self, every: Callable[[], Iterable[Known]], find: statuses.Find) -> None:
        """Show what resources say of themselves.

        Args:
            every: all of them.
            find: one of them.
        """
        told = self.metrics
        told.resources.read = lambda: statuses.tally(every())
        told.condition.read = lambda: statuses.conditions(every())
        told.subscribed.read = lambda: statuses.subscribed(every())
        told.expiration.read = lambda: statuses.expirations(every(), find)

    async def count(self, request: aiohttp.ClientRequest, send: Send) -> aiohttp.ClientResponse:
        """An aiohttp middleware that counts requests to the API server."""
        verb, resource = _verb(request), _resource(request.url.path)
        try:
            answer = await send(request)
        except aiohttp.ClientError as error:
            self.metrics.calls.add(verb, resource, type(error).__name__)
            raise
        self.metrics.calls.add(verb, resource, str(answer.status))
        return answer

    def text(self) -> bytes:
        """Everything in Prometheus' text format, the process's own numbers included."""
        return self._exposition.text()[0]


class Stopwatch:
    """Counts one reconciliation, however it ends."""

    def __init__(self, telemetry: Telemetry, kind: str, why: Why) -> None:
        self._metrics, self._kind, self._why, self._begun = telemetry.metrics, kind, why, perf_counter()

    def stop(self, error: BaseException | None) -> None:
        """It is over, well if there is no error."""
        error_type = type(error).__name__ if error else ""
        self._metrics.reconciled.record(perf_counter() - self._begun, self._kind, self._why.value, error_type)
        if error:
            self._metrics.errors.add(self._kind, error_type)


def _verb(request: aiohttp.ClientRequest) -> str:
    if request.method != "GET":
        return _VERBS.get(request.method, "other")
    if "watch" in request.url.query:
        return "watch"
    return "list" if "limit" in request.url.query else "get"


def _resource(path: str) -> str:
    """The plural of a path, with its sub-resource; anything else of the server is ``other``."""
    parts = path.strip("/").split("/")
    start = {"api": 2, "apis": 3}.get(parts[0], len(parts))
    rest = parts[start:]
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        rest = rest[2:]
    return "/".join((rest[0], *rest[2:])) if rest else "other"
