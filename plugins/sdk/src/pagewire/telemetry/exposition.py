"""A `Registry` in Prometheus' text format. The only file that knows prometheus_client.

Names follow OpenTelemetry's rules for Prometheus: dots become underscores, the unit becomes a suffix, counters end in
``_total``.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import GCCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry
from prometheus_client.utils import floatToGoString

from pagewire.telemetry.instruments import Counter, Gauge, Histogram, Metric, Readings
from pagewire.telemetry.registry import Registry

_UNITS: Final = {"s": "seconds", "By": "bytes", "ratio": "ratio"}

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


class Exposition:
    """What a scraper gets.

    Args:
        metrics: of the program; the process's own numbers come with them.
    """

    def __init__(self, metrics: Registry) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_MetricsCollector(metrics))
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """Every metric as text, and the content type.

        Args:
            accept: the ``Accept`` header; a scraper that asks for OpenMetrics gets it.
        """
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type


def prometheus_name(metric: Metric) -> str:
    """The name of a metric in Prometheus, without the ``_total`` that a counter's sample carries."""
    name = metric.name.replace(".", "_")
    unit = _UNITS.get(metric.unit, "")
    return name if not unit or name.endswith(f"_{unit}") else f"{name}_{unit}"


def prometheus_labels(metric: Metric) -> list[str]:
    """The names of a metric's labels in Prometheus."""
    return [label.replace(".", "_") for label in metric.labels]


def family_of(metric: Metric) -> Family:
    """A metric as a family of prometheus_client's.

    Raises:
        TypeError: a kind of metric that has no place in Prometheus.
    """
    name, text, labels = prometheus_name(metric), metric.help, prometheus_labels(metric)
    match metric:
        case Counter():
            return _filled(CounterMetricFamily(name, text, labels=labels), metric.values.items())
        case Gauge(kind="counter"):
            return _filled(CounterMetricFamily(name, text, labels=labels), metric.read())
        case Gauge():
            return _filled(GaugeMetricFamily(name, text, labels=labels), metric.read())
        case Histogram():
            return _spread(HistogramMetricFamily(name, text, labels=labels), metric)
    raise TypeError(f"{metric.name} is a {metric.kind}, which Prometheus does not know")


class _MetricsCollector(Collector):
    def __init__(self, metrics: Registry) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Family]:
        """Every metric as a family of prometheus_client's."""
        return [family_of(metric) for metric in list(self._metrics.values())]


def _filled(
    family: CounterMetricFamily | GaugeMetricFamily, values: Readings
) -> CounterMetricFamily | GaugeMetricFamily:
    # A copy, as plugins' threads may count while we read.
    for labels, value in list(values):
        family.add_metric(labels, value)
    return family


def _spread(family: HistogramMetricFamily, metric: Histogram) -> HistogramMetricFamily:
    for labels, row in list(metric.rows.items()):
        family.add_metric(labels, list(_cumulated(metric.bounds, row[:-1])), row[-1])
    return family


def _cumulated(bounds: tuple[float, ...], counts: Iterable[float]) -> Iterator[tuple[str, float]]:
    edges = [*map(floatToGoString, bounds), "+Inf"]
    return zip(edges, map(float, accumulate(counts)), strict=True)
