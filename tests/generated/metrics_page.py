"""docs/reference/metrics.md: every metric, from the registries of the programs."""

from collections.abc import Iterator

from pagewire.telemetry.exposition import prometheus_labels, prometheus_name
from pagewire.telemetry.instruments import Metric
from pagewire.telemetry.registry import Registry
from pagewire_gateway.telemetry.metrics import METRICS
from pagewire_operator.telemetry.metrics import Metrics

_HEAD = """\
# Metrics

<!-- Written by `python -m tests.generated`; edit `telemetry/metrics.py` of gateway and operator instead. -->

What gateway and operator count, under the names that OpenTelemetry and Prometheus know it by. Scrape `/metrics` on the admin port
of each gateway and on the operator's port; whoever asks for OpenMetrics gets it. The process's own numbers (`process_*`,
`python_gc_*`) come with them; pushed as OTLP they are `process.cpu.time`, `process.memory.usage`,
`process.unix.file_descriptor.count`, `process.thread.count` and `process.uptime`.

Labels come from small closed sets: no id of Meta's, no person, no text, no path that a stranger may make up. What has a
series for each resource (labels `kind`, `namespace`, `name`) has it for at most 200 resources of a kind; with more of them
one series with empty `namespace` and `name` stands for all and tells the worst, so that alerts go on to work and only no
longer say where. Any metric keeps at most 2,000 sets of label values apart; what comes beyond is counted under `overflow`,
and `pagewire_telemetry_overflow_total` says so.

If the target has labels of its own called `namespace`, tell Prometheus `honorLabels: true`, or find ours as `exported_namespace`.
A metric without samples yet (nothing was parked, say) is absent rather than 0.
"""
_TABLE = """
## {program}

| metric | in Prometheus | type | unit | labels | meaning |
| --- | --- | --- | --- | --- | --- |
"""
_BUCKETS = """
## Buckets

| histogram | upper bounds |
| --- | --- |
"""


def text() -> str:
    """The whole page."""
    programs = {"Gateway": METRICS, "Operator": Metrics()}
    return "".join(
        [_HEAD, *(part for name, told in programs.items() for part in _table(name, told)), *_buckets(programs)]
    )


def _table(program: str, told: Registry) -> Iterator[str]:
    yield _TABLE.format(program=program)
    for metric in sorted(told.values(), key=lambda one: one.name):
        labels = ", ".join(f"`{label}`" for label in prometheus_labels(metric))
        name = f"`{metric.name}` | `{prometheus_name(metric)}{'_total' if metric.kind == 'counter' else ''}`"
        yield f"| {name} | {metric.kind} | {_unit(metric)} | {labels} | {metric.help} |\n"


def _unit(metric: Metric) -> str:
    return "" if metric.unit == "1" else metric.unit.strip("{}")


def _buckets(programs: dict[str, Registry]) -> Iterator[str]:
    yield _BUCKETS
    for told in programs.values():
        for metric in told.values():
            if bounds := getattr(metric, "bounds", None):
                yield f"| `{prometheus_name(metric)}` | {', '.join(f'{bound:g}' for bound in bounds)} |\n"
