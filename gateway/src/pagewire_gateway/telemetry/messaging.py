"""What is done with events, under the names of OpenTelemetry's conventions for messaging.

The journal is the system, events are its one destination, and a plugin's lane is a consumer group.
"""

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from time import perf_counter
from typing import Final

from pagewire.telemetry.instruments import Readings
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.facts import DESTINATION

PUBLISH: Final = "publish"
SETTLE: Final = "settle"
PROCESS: Final = "process"


class Hooks(dict[str, Callable[[float], None]]):
    """Measures hooks of a plugin that returned, by name; made when they first do, so that no series is without a value.

    Args:
        plugin: whose.
    """

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin

    def __missing__(self, hook: str) -> Callable[[float], None]:
        series = self[hook] = metrics.hook_duration.series(self._plugin, hook, "")
        return series

    def raised(self, hook: str, seconds: float, error: str) -> None:
        """One raised instead."""
        metrics.hook_duration.record(seconds, self._plugin, hook, error)


class Attempts:
    """Measures a plugin's attempts at events.

    Args:
        system: which journal, see `pagewire_gateway.journal.port.Appender.system`.
        plugin: whose.
    """

    def __init__(self, system: str, plugin: str) -> None:
        self._labels = (system, DESTINATION, PROCESS, plugin)

    @cached_property
    def done(self) -> Callable[[float], None]:
        """Measures one that went well."""
        return metrics.process_duration.series(*self._labels, "done", "")

    def ended(self, seconds: float, outcome: str, error: str) -> None:
        """One ended otherwise."""
        metrics.process_duration.record(seconds, *self._labels, outcome, error)


def published(system: str, events: int, began: float, error: str) -> None:
    """So many events were given to the journal.

    Args:
        system: which journal.
        events: how many.
        began: when, on `perf_counter`'s clock.
        error: why it did not take them; empty if it did.
    """
    labels = system, DESTINATION, PUBLISH, error
    metrics.sent.add(*labels, amount=events)
    metrics.operation.record(perf_counter() - began, *labels)


def settled(system: str, began: float, error: BaseException | None) -> None:
    """The journal was given what plugins made of events.

    Args:
        system: which journal.
        began: when, on `perf_counter`'s clock.
        error: what it ended with; None if all is durable.
    """
    said = type(error).__name__ if error else ""
    metrics.operation.record(perf_counter() - began, system, DESTINATION, SETTLE, said)


def _consumed() -> Readings:
    found: Counter[tuple[str, ...]] = Counter()
    for (*whose, _outcome, _error), row in list(metrics.process_duration.rows.items()):
        found[tuple(whose)] += int(sum(row[:-1]))
    return list(found.items())


metrics.consumed.read = _consumed
