"""Which metrics there are: those of the registries of gateway and operator, under their names in Prometheus."""

from collections.abc import Iterator

from pagewire.telemetry.exposition import prometheus_labels, prometheus_name
from pagewire.telemetry.instruments import Metric
from pagewire_gateway.telemetry.metrics import METRICS
from pagewire_operator.telemetry.metrics import Metrics


def metrics() -> dict[str, tuple[Metric, ...]]:
    """Every metric by its name in Prometheus, counters with their ``_total``; two programs may have one of the same name."""
    found: dict[str, tuple[Metric, ...]] = {}
    for metric in (*METRICS.values(), *Metrics().values()):
        name = prometheus_name(metric) + ("_total" if metric.kind == "counter" else "")
        found[name] = (*found.get(name, ()), metric)
    return found


def series() -> dict[str, frozenset[str]]:
    """Every name that a query may select, and the labels it has of itself: histograms have three names."""
    return {name: labels for metric, ours in metrics().items() for name, labels in _series(metric, ours)}


def _series(name: str, ours: tuple[Metric, ...]) -> Iterator[tuple[str, frozenset[str]]]:
    labels = frozenset(label for metric in ours for label in prometheus_labels(metric))
    if ours[0].kind != "histogram":
        yield name, labels
        return
    yield f"{name}_bucket", labels | {"le"}
    yield f"{name}_count", labels
    yield f"{name}_sum", labels


def metric_of(series_name: str) -> str:
    """The metric that a series belongs to.

    Raises:
        KeyError: there is none; the name is misspelt, or the metric is gone.
    """
    known = metrics()
    for end in ("", "_bucket", "_count", "_sum"):
        if series_name.endswith(end) and (name := series_name.removesuffix(end)) in known:
            return name
    raise KeyError(f"no program of ours has a metric {series_name}")
