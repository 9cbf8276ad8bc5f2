"""What the operator tells about itself. The only file that knows prometheus_client.

Names follow OpenTelemetry's rules for Prometheus. No label has more values than a small closed set: never a name of a
resource, never an id of Meta's.
"""

from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Iterable, Iterator
from importlib.metadata import version
from platform import python_version
from time import perf_counter
from typing import Any, Final

import aiohttp
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pagewire_operator.known import Known
from pagewire_operator.queue import WorkQueue

_SPREAD: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_VERBS: Final = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Send = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class Telemetry:
    """The metrics of one operator.

    Attributes:
        reconciled: seconds a reconciliation took, by kind and error; its count is the number of reconciliations.
        errors: failed ones.
        events: Events posted for resources, by type and reason.
        healed: changes that no watch told and a list showed.
        leader: whether this replica is at work.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self.reconciled = self._histogram(
            "pagewire_operator_reconcile_duration_seconds", "Time of one reconciliation.", "kind", "error_type"
        )
        self.errors = self._counter(
            "pagewire_operator_reconcile_errors", "Reconciliations that failed.", "kind", "error_type"
        )
        self.events = self._counter("pagewire_operator_events", "Events posted for resources.", "type", "reason")
        self.healed = self._counter(
            "pagewire_operator_watch_missed", "Changes that no watch told and a list showed.", "kind"
        )
        self._calls = self._counter(
            "pagewire_operator_api_requests", "Requests to the API server.", "verb", "resource", "code"
        )
        self.leader = self._gauge("pagewire_operator_leader", "1 if this replica is the one at work.")
        info = self._gauge("pagewire_build_info", "Which version runs.", "version", "python")
        info.labels(version("pagewire-operator"), python_version()).set(1)

    def measure(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a number that is read when somebody asks."""
        self._gauge(name, text).set_function(read)

    def watch_queue(self, queue: WorkQueue[Any]) -> None:
        """Show how much waits for a worker, and for how long."""
        self.measure("pagewire_operator_queue_depth", "Resources in line.", lambda: queue.depth)
        self.measure("pagewire_operator_queue_planned", "Resources due later.", lambda: queue.planned)
        self.measure("pagewire_operator_queue_busy", "Resources being worked on.", lambda: queue.busy)
        age = "pagewire_operator_queue_oldest_age_seconds"
        self.measure(age, "How long the first in line has waited.", lambda: queue.oldest)

    def watch_conditions(self, every: Callable[[], Iterable[Known]]) -> None:
        """Show how many resources have which condition."""
        self._registry.register(_Conditions(every))

    async def count(self, request: aiohttp.ClientRequest, send: Send) -> aiohttp.ClientResponse:
        """An aiohttp middleware that counts requests to the API server."""
        verb, resource = _verb(request), _resource(request.url.path)
        try:
            answer = await send(request)
        except aiohttp.ClientError as error:
            self._calls.labels(verb, resource, type(error).__name__).inc()
            raise
        self._calls.labels(verb, resource, str(answer.status)).inc()
        return answer

    def text(self) -> bytes:
        """Everything in Prometheus' text format, the process's own numbers included."""
        return generate_latest(self._registry) + generate_latest(REGISTRY)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, labels, registry=self._registry, buckets=_SPREAD)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self._registry)


class Stopwatch:
    """Counts one reconciliation, however it ends."""

    def __init__(self, telemetry: Telemetry, kind: str) -> None:
        self._telemetry, self._kind, self._begun = telemetry, kind, perf_counter()

    def stop(self, error: BaseException | None) -> None:
        """It is over, well if there is no error."""
        error_type = type(error).__name__ if error else ""
        self._telemetry.reconciled.labels(self._kind, error_type).observe(perf_counter() - self._begun)
        if error:
            self._telemetry.errors.labels(self._kind, error_type).inc()


class _Conditions(Collector):
    def __init__(self, every: Callable[[], Iterable[Known]]) -> None:
        self._every = every

    def collect(self) -> Iterator[GaugeMetricFamily]:
        labels = ("kind", "type", "status", "reason")
        family = GaugeMetricFamily(
            "pagewire_operator_resource_condition", "Resources by what they say of themselves.", labels=labels
        )
        for key, number in Tally(_told(self._every())).items():
            family.add_metric(key, number)
        yield family


def _told(every: Iterable[Known]) -> Iterator[tuple[str, str, str, str]]:
    for known in every:
        for condition in known.status.conditions if known.status else ():
            yield known.key.kind, condition.type, condition.status, condition.reason


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
