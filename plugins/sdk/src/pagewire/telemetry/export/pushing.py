"""A `Registry` as OTLP: the numbers that a scrape shows, under the same names, pushed; and those of the process."""

from collections.abc import Iterator
from itertools import chain
from time import time_ns
from typing import Any, Final

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    HistogramDataPoint,
    Metric,
    MetricExporter,
    MetricsData,
    NumberDataPoint,
    PeriodicExportingMetricReader,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.metrics.export import Gauge as GaugeData
from opentelemetry.sdk.metrics.export import Histogram as HistogramData
from opentelemetry.sdk.metrics.export import Sum as SumData
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from pagewire.telemetry import instruments
from pagewire.telemetry.instruments import Counter, Gauge, Histogram, Labels, Readings
from pagewire.telemetry.process import process_metrics
from pagewire.telemetry.registry import Registry

_CUMULATIVE: Final = AggregationTemporality.CUMULATIVE


class Snapshots:
    """Makes what an exporter takes.

    Args:
        metrics: of the program; those of the process come with them.
        resource: what the program is.
    """

    def __init__(self, metrics: Registry, resource: Resource) -> None:
        self._metrics, self._process, self._resource = metrics, process_metrics(), resource
        self._begun = time_ns()

    def take(self, *_: Any, **__: Any) -> MetricsData:
        """All metrics as of now; those that nothing was counted under yet are left out."""
        now = time_ns()
        every = [*self._metrics.values(), *self._process.values()]
        found = [Metric(one.name, one.help, one.unit, self._data(one, now)) for one in every]
        told = [metric for metric in found if metric.data.data_points]
        scope = ScopeMetrics(scope=InstrumentationScope("pagewire"), metrics=told, schema_url="")
        return MetricsData([ResourceMetrics(resource=self._resource, scope_metrics=[scope], schema_url="")])

    def _data(self, metric: instruments.Metric, now: int) -> SumData | GaugeData | HistogramData:
        if isinstance(metric, Histogram):
            return HistogramData(list(self._spread(metric, now)), _CUMULATIVE)
        readings: Readings = ()
        if isinstance(metric, Counter):
            readings = metric.values.items()
        elif isinstance(metric, Gauge):
            readings = metric.read()
        points = [NumberDataPoint(_named(metric, labels), self._begun, now, value) for labels, value in list(readings)]
        return SumData(points, _CUMULATIVE, is_monotonic=True) if metric.kind == "counter" else GaugeData(points)

    def _spread(self, metric: Histogram, now: int) -> Iterator[HistogramDataPoint]:
        for labels, row in list(metric.rows.items()):
            counts = [int(count) for count in row[:-1]]
            yield HistogramDataPoint(
                attributes=_named(metric, labels),
                start_time_unix_nano=self._begun,
                time_unix_nano=now,
                count=sum(counts),
                sum=row[-1],
                bucket_counts=counts,
                explicit_bounds=metric.bounds,
                min=0.0,
                max=max(chain([0.0], (bound for bound, count in zip(metric.bounds, counts, strict=False) if count))),
            )


def push(metrics: Registry, resource: Resource, exporter: MetricExporter) -> PeriodicExportingMetricReader:
    """Push all metrics now and then; ``OTEL_METRIC_EXPORT_INTERVAL`` says how often."""
    reader = PeriodicExportingMetricReader(exporter)
    # The SDK's hook for whatever measures; ours are measured already.
    reader._set_collect_callback(Snapshots(metrics, resource).take)  # noqa: SLF001
    return reader


def _named(metric: instruments.Metric, labels: Labels) -> dict[str, str]:
    return dict(zip(metric.labels, labels, strict=True))
