"""Whether this process has turned away, or may have missed, what Meta had to tell."""

from pagewire_gateway.telemetry import metrics

_REFUSED = frozenset({"not_ready", "no_secret", "journal_full", "journal_unavailable", "bad_signature", "too_slow"})
_VERIFIED = "verified"


class Signs:
    """Counts of what tells so, as they were last seen."""

    def __init__(self) -> None:
        self._seen = (0, 0)

    def changed(self) -> bool:
        """Whether there are more than at the last look."""
        refused = sum(count for (_, outcome), count in metrics.deliveries.values.items() if outcome in _REFUSED)
        # Meta verifies the address whenever somebody subscribes: after a while in which it may have told nobody.
        subscribed = sum(count for (_, outcome), count in metrics.handshakes.values.items() if outcome == _VERIFIED)
        before, self._seen = self._seen, (refused, subscribed)
        return self._seen != before
