"""Every metric of one program, in one list."""

from typing import TypeVar

from pagewire.telemetry.instruments import Counter, Gauge, Histogram, Metric, Readings, Tally

_Any = TypeVar("_Any", bound=Metric)


class Registry(dict[str, Metric]):
    """Metrics by their OpenTelemetry name. Each is made here once; see `Metric` for the arguments."""

    def counter(self, name: str, unit: str, help: str, *labels: str) -> Counter:  # noqa: A002 - the field's own word
        """A new `Counter`."""
        return self._keep(Counter(name, unit, help, *labels))

    def gauge(self, name: str, unit: str, help: str, *labels: str) -> Gauge:  # noqa: A002
        """A new `Gauge`."""
        return self._keep(Gauge(name, unit, help, *labels))

    def tally(self, name: str, unit: str, help: str, *labels: str) -> Tally:  # noqa: A002
        """A new `Tally`."""
        return self._keep(Tally(name, unit, help, *labels))

    def histogram(self, name: str, unit: str, help: str, *labels: str, bounds: tuple[float, ...]) -> Histogram:  # noqa: A002
        """A new `Histogram`."""
        return self._keep(Histogram(name, unit, help, *labels, bounds=bounds))

    def overflows(self) -> Readings:
        """How often each metric had no room for another set of label values."""
        return [((metric.name,), float(metric.overflow)) for metric in list(self.values()) if metric.overflow]

    def _keep(self, metric: _Any) -> _Any:
        if metric.name in self:
            raise ValueError(f"there is a metric {metric.name} already: use that one")
        self[metric.name] = metric
        return metric
