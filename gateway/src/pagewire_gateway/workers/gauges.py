"""Figures of several engines in one process."""

from collections.abc import Callable, Sequence

from pagewire.telemetry.instruments import Labels
from pagewire_gateway.parts.engine import Engine
from pagewire_gateway.telemetry import metrics


def show(engines: Callable[[], Sequence[Engine]]) -> None:
    """Tell backlogs as sums, and ages and circuits by the worst."""

    def backlogs() -> list[tuple[Labels, float]]:
        return _merged([one.dispatcher.backlogs() for one in engines()], lambda values: float(sum(values)))

    def circuits() -> list[tuple[Labels, float]]:
        return _merged([one.dispatcher.circuits() for one in engines()], max)

    def ages() -> list[tuple[Labels, float]]:
        return _merged([one.dispatcher.ages() for one in engines()], max)

    def waiting() -> list[tuple[Labels, float]]:
        return [((), float(sum(one.outbox.waiting() for one in engines())))]

    metrics.backlog.read, metrics.circuit.read, metrics.outbox_waiting.read = backlogs, circuits, waiting
    metrics.lane_oldest.read = ages


def _merged(
    found: Sequence[Sequence[tuple[Labels, float]]], together: Callable[[list[float]], float]
) -> list[tuple[Labels, float]]:
    by_labels: dict[Labels, list[float]] = {}
    for one in found:
        for labels, value in one:
            by_labels.setdefault(labels, []).append(value)
    return [(labels, together(values)) for labels, values in by_labels.items()]
