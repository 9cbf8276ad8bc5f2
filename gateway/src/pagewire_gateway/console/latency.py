"""How long plugins take, as this process has measured it since it began."""

from typing import Final

from pagewire_gateway.console import words
from pagewire_gateway.telemetry import metrics

_NONE: Final = "–"
_PLUGIN: Final = "messaging.consumer.group.name"
"""The label that holds the plugin."""


def of(plugin: str) -> tuple[str, str]:
    """The median and the 95th percentile of a plugin's hook calls, each as the bound of its bucket."""
    return _quantile(plugin, 0.5), _quantile(plugin, 0.95)


def spread(plugin: str) -> list[tuple[str, float]]:
    """How many calls took how long, without the ends where there are none."""
    bounds, counts = metrics.process_duration.bounds, _counts(plugin)
    rows = [(f"≤ {_seconds(bound)}", count) for bound, count in zip(bounds, counts, strict=False)]
    rows.append((f"> {_seconds(bounds[-1])}", counts[-1]))
    used = [at for at, (_, count) in enumerate(rows) if count]
    return rows[used[0] : used[-1] + 1] if used else []


def _counts(plugin: str) -> list[float]:
    rows = metrics.process_duration.having(_PLUGIN, plugin)
    return [sum(column) for column in zip(*rows, strict=True)][:-1] or [0.0] * (
        len(metrics.process_duration.bounds) + 1
    )


def _quantile(plugin: str, share: float) -> str:
    bounds, counts = metrics.process_duration.bounds, _counts(plugin)
    wanted, seen = share * sum(counts), 0.0
    if not wanted:
        return _NONE
    for bound, count in zip(bounds, counts, strict=False):
        seen += count
        if seen >= wanted:
            return f"≤ {_seconds(bound)}"
    return f"> {_seconds(bounds[-1])}"


def _seconds(value: float) -> str:
    return f"{words.count(value)} s" if value >= 1 else f"{value * 1000:g} ms"
