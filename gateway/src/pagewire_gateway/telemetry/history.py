"""The last hour in a few figures, for those who look at the console rather than at Prometheus."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from pagewire_gateway.journal.port import Stats
from pagewire_gateway.telemetry import metrics

EVERY: Final = 15.0
"""Seconds between two samples."""
_KEPT: Final = 241
"""Samples: an hour, and the one before it."""
_FORGED: Final = "bad_signature"
_OPEN: Final = ("queued", "sending", "unknown")


class Sample(Struct, frozen=True, kw_only=True):
    """How things stood.

    Attributes:
        at: milliseconds since 1970.
        total: events that came in since the journal began, or those it holds; only differences of it tell something.
        waiting: (event, plugin) that wait, retries included.
        lag: milliseconds that the event which waits longest has waited.
        parked: (event, plugin) that are parked.
        sending: outbound requests that are not at an end.
        forged: deliveries for apps of ours whose signature did not fit, since the process began.
    """

    at: int
    total: int
    waiting: int
    lag: int
    parked: int
    sending: int
    forged: int = 0


def sample(stats: Stats, at: int, total: int) -> Sample:
    """The journal's figures as a sample."""
    oldest = min((lane.oldest_pending for lane in stats.lanes if lane.oldest_pending), default=at)
    return Sample(
        at=at,
        total=total,
        waiting=sum(lane.pending + lane.retry for lane in stats.lanes),
        lag=max(0, at - oldest),
        parked=sum(lane.parked for lane in stats.lanes),
        sending=sum(stats.outbox.get(state, 0) for state in _OPEN),
        forged=sum(count for (_, outcome), count in list(metrics.deliveries.values.items()) if outcome == _FORGED),
    )


class History:
    """The samples of the last hour; in memory, and begun anew with the process.

    Args:
        total: what of the journal's figures tells how many events came in.
    """

    def __init__(self, total: Callable[[Stats], int]) -> None:
        self._total = total
        self._samples: deque[Sample] = deque(maxlen=_KEPT)

    @property
    def samples(self) -> Sequence[Sample]:
        """Oldest first."""
        return tuple(self._samples)

    def add(self, stats: Stats, at: int) -> None:
        """Remember how things stand."""
        self.put(self.now(stats, at))

    def now(self, stats: Stats, at: int) -> Sample:
        """How things stand, to be compared with the samples."""
        return sample(stats, at, self._total(stats))

    def put(self, made: Sample) -> None:
        """Remember a sample."""
        self._samples.append(made)

    def rates(self) -> list[float]:
        """Events a second between each two samples, oldest first."""
        pairs = zip(self._samples, list(self._samples)[1:], strict=False)
        return [max(0, new.total - old.total) * 1000 / max(1, new.at - old.at) for old, new in pairs]
