"""Series of single resources, as many as a time series database takes without complaint. Pure."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from pagewire.telemetry.instruments import Labels, Readings

MOST: Final = 200
"""Resources of a kind that have series of their own."""


def folded(rows: Readings, worst: Callable[[float, float], float]) -> list[tuple[Labels, float]]:
    """The rows; of a kind with more than `MOST` resources one that stands for all, with empty namespace and name.

    So an alert on such a series goes on to work in a large house, and only no longer says where.

    Args:
        rows: labels that begin with kind, namespace and name, and their values.
        worst: which of two values people should hear of.
    """
    rows = list(rows)
    kinds = Counter(kind for kind, _, _ in {(labels[0], labels[1], labels[2]) for labels, _ in rows})
    found: dict[Labels, float] = {}
    for labels, value in rows:
        kind, _, _, *more = labels
        key = (kind, "", "", *more) if kinds[kind] > MOST else labels
        found[key] = worst(found[key], value) if key in found else value
    return list(found.items())
