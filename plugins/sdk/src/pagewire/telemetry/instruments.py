"""Metrics as plain numbers in memory.

Names and units follow OpenTelemetry's conventions. An increment is a dictionary write (a tenth of a microsecond); exporters
read the values when they are asked, so nothing in the hot path knows who is watching.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

Labels = tuple[str, ...]
Readings = Iterable[tuple[Labels, float]]

MOST: Final = 2000
"""Sets of label values that a metric keeps apart, as OpenTelemetry's SDK does; whatever comes beyond shares one."""
OVERFLOW: Final = "overflow"
"""Every label value of the set that those beyond `MOST` share."""


class Metric:
    """What all metrics have.

    Args:
        name: OpenTelemetry name, with dots.
        unit: UCUM unit such as ``s``, ``By`` or ``{event}``.
        help: one sentence for people.
        labels: names of the attributes, each from a small closed set.

    Attributes:
        overflow: how often values were counted under `OVERFLOW`.
    """

    kind = "metric"

    def __init__(self, name: str, unit: str, help: str, *labels: str) -> None:  # noqa: A002 - the field's own word
        self.name, self.unit, self.help, self.labels = name, unit, help, labels
        self.overflow = 0

    def _beyond(self) -> Labels:
        self.overflow += 1
        return (OVERFLOW,) * len(self.labels)


class Counter(Metric):
    """A number that only grows."""

    kind = "counter"

    def __init__(self, name: str, unit: str, help: str, *labels: str) -> None:  # noqa: A002
        super().__init__(name, unit, help, *labels)
        self.values: dict[Labels, int] = defaultdict(int)

    def add(self, *labels: str, amount: int = 1) -> None:
        """Count `amount` more under these label values, given in the order of `labels`."""
        values = self.values
        if labels not in values and len(values) >= MOST:
            labels = self._beyond()
        values[labels] += amount


class Gauge(Metric):
    """A number that is read when somebody asks."""

    kind = "gauge"

    def __init__(self, name: str, unit: str, help: str, *labels: str) -> None:  # noqa: A002
        super().__init__(name, unit, help, *labels)
        self.read: Callable[[], Readings] = tuple

    def show(self, value: float) -> None:
        """Give this number from now on; for a gauge without labels."""
        self.read = lambda: [((), float(value))]


class Tally(Gauge):
    """A number that only grows, and that somebody else keeps."""

    kind = "counter"


class Histogram(Metric):
    """How values spread over fixed buckets (upper bounds, in the metric's unit)."""

    kind = "histogram"

    def __init__(self, name: str, unit: str, help: str, *labels: str, bounds: tuple[float, ...]) -> None:  # noqa: A002
        super().__init__(name, unit, help, *labels)
        self.bounds = bounds
        self.rows = _Rows(len(bounds) + 2, self._beyond)
        """How many values each bucket has, and last their sum."""

    def record(self, value: float, *labels: str) -> None:
        """Count one value."""
        row = self.rows[labels]
        row[bisect_left(self.bounds, value)] += 1
        row[-1] += value

    def having(self, label: str, value: str) -> list[list[float]]:
        """The rows under all labels of which the one with this name has this value."""
        place = self.labels.index(label)
        return [row for labels, row in list(self.rows.items()) if labels[place] == value]

    def series(self, *labels: str) -> Callable[[float], None]:
        """What counts values under these labels, in half the steps of `record`: for what happens with every event."""
        row, bounds = self.rows[labels], self.bounds

        def record(value: float) -> None:
            row[bisect_left(bounds, value)] += 1
            row[-1] += value

        return record


class _Rows(dict[Labels, list[float]]):
    """Rows made when they are first asked for, so that those that exist cost nothing."""

    def __init__(self, width: int, beyond: Callable[[], Labels]) -> None:
        self._width, self._beyond = width, beyond

    def __missing__(self, labels: Labels) -> list[float]:
        if len(self) >= MOST:
            labels = self._beyond()
        return self.setdefault(labels, [0.0] * self._width)
