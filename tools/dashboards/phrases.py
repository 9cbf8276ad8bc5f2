"""Queries that many panels share, in PromQL. ``@`` stands for what the variables choose."""

from collections.abc import Mapping

from tools.dashboards.known import metric_of
from tools.dashboards.model import Variable

JOB = 'job=~"$job",instance=~"$instance"'
POD = f'{JOB},namespace=~"$namespace",pod=~"$pod"'
PLUGIN = f'{POD},pagewire_plugin_name=~"$plugin"'
GROUP = f'{POD},messaging_consumer_group_name=~"$plugin"'
RESOURCE = f'{JOB},namespace=~"$namespace",name=~"$name"'


def rate(name: str, by: str = "", *, where: str = "", mark: str = "@") -> str:
    """How many a second, summed up, by some labels."""
    metric_of(name)
    matchers = f"{mark},{where}" if where else mark
    grouped = f" by ({by}) " if by else " "
    return f"sum{grouped}(rate({name}{{{matchers}}}[$__rate_interval]))"


def increase(name: str, by: str = "", *, where: str = "", mark: str = "@", over: str = "$__range") -> str:
    """How many in all of the time that is shown."""
    return rate(name, by, where=where, mark=mark).replace("rate(", "increase(").replace("$__rate_interval", over)


def quantile(share: float, name: str, by: str = "", *, where: str = "", mark: str = "@") -> str:
    """The value that this share of a histogram is under."""
    buckets = rate(f"{name}_bucket", f"le, {by}" if by else "le", where=where, mark=mark)
    return f"histogram_quantile({share}, {buckets})"


def quantiles(name: str, *, where: str = "", mark: str = "@") -> Mapping[str, str]:
    """Middle, 95 and 99 percent."""
    return {f"p{100 * share:.0f}": quantile(share, name, where=where, mark=mark) for share in (0.5, 0.95, 0.99)}


def or_none(query: str) -> str:
    """Zero where there is nothing to count: for panels in which nothing is good news."""
    return f"({query}) or vector(0)"


def pods(metric: str) -> tuple[Variable, ...]:
    """Choose by job, namespace, pod and instance of what was scraped."""
    metric_of(metric)
    here = f'{metric}{{job=~"$job"}}'
    return (
        Variable("job", metric, every=".+"),
        Variable("namespace", here),
        Variable("pod", f'{metric}{{job=~"$job",namespace=~"$namespace"}}'),
        Variable("instance", here, every=".+"),
    )


def resources(job: str, metric: str) -> tuple[Variable, ...]:
    """Choose by job and instance of what was scraped, and by namespace and name of resources."""
    metric_of(metric)
    return (
        Variable("job", job, every=".+"),
        Variable("instance", f'{job}{{job=~"$job"}}', every=".+"),
        Variable("namespace", metric),
        Variable("name", f'{metric}{{namespace=~"$namespace"}}'),
    )
