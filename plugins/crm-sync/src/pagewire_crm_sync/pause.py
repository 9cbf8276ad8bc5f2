"""A sink that asked for quiet gets it, from everyone who talks to it."""

from pagewire_crm_sync.clock import Clock

_FIRST = 1.0
_LONGEST = 60.0


class Pause:
    """Shared by all that send to one URL.

    Args:
        clock: the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self._asked = False
        self._growing = _FIRST

    @property
    def remaining(self) -> float:
        """Seconds until the next request may go; 0 for now."""
        return max(0.0, self._until - self._clock.monotonic())

    @property
    def asked(self) -> bool:
        """Whether the sink itself said how long."""
        return self._asked

    def hold(self, after: float | None) -> None:
        """Keep quiet for `after` seconds, or for a pause that grows from 1 s to 60 s until the sink takes something."""
        if after is not None:
            self._until = max(self._until, self._clock.monotonic() + after)
            self._asked = True
        elif not self.remaining:
            # Requests that were under way together fail together; they grow the pause once.
            self._until = self._clock.monotonic() + self._growing
            self._asked = False
            self._growing = min(self._growing * 2, _LONGEST)

    def clear(self) -> None:
        """The sink took something: the next pause starts small again."""
        self._growing = _FIRST
