"""How long deliveries for an account have been failing, and what Meta does about it (webhooks.md 1.4)."""

from __future__ import annotations

from typing import Literal

from pagewire.simulator import schedule

Verdict = Literal["nothing", "alert", "disable"]


class Health:
    """Continuous failure, account by account, for one callback."""

    def __init__(self) -> None:
        self._failing: dict[str, float] = {}
        self._alerted: set[str] = set()

    def failing_since(self, account: str) -> float | None:
        """Seconds since the epoch of the first failure in a row, or None."""
        return self._failing.get(account)

    def succeeded(self, account: str) -> None:
        """A delivery was answered with 200: the count begins anew."""
        self._failing.pop(account, None)
        self._alerted.discard(account)

    def failed(self, account: str, now: float) -> Verdict:
        """A delivery failed at ``now`` (seconds): what follows from that."""
        since = self._failing.setdefault(account, now)
        if now - since >= schedule.DISABLE_AFTER:
            self.succeeded(account)
            return "disable"
        if now - since >= schedule.ALERT_AFTER and account not in self._alerted:
            self._alerted.add(account)
            return "alert"
        return "nothing"
