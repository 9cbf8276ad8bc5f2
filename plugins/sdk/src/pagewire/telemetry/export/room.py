"""How much stands in line before an exporter, so that it is known what found no room and what was lost behind it."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Self, TypeVar

_Result = TypeVar("_Result")


class Passage:
    """For exporters that count what they were given.

    Attributes:
        taken: what came, exported or not.
        failed: what the exporter could not get rid of.
    """

    def __init__(self) -> None:
        self.taken = self.failed = 0

    def _hand(self, count: int, export: Callable[[], _Result], success: _Result) -> _Result:
        """Export so many, and count them as failed if that does not end as it should, or raises."""
        self.taken += count
        result: _Result | None = None
        try:
            result = export()
            return result
        finally:
            if result is not success:
                self.failed += count


class Room:
    """Counts what is between the program and an exporter. The SDK's own queues drop the oldest without a word.

    Args:
        size: how much may stand in line.
        taken: how much has left the line by now.

    Attributes:
        dropped: what found no room.
    """

    def __init__(self, size: int, taken: Callable[[], int]) -> None:
        self._size, self._taken = size, taken
        self._lock = Lock()
        self._put = 0
        self.dropped = 0

    @classmethod
    def before(cls, processor: Any, passage: Passage) -> Self:
        """The room of a queue of the SDK's; only its class knows what the environment says of its size.

        Args:
            processor: whose queue it is, or its class.
            passage: takes what leaves it.
        """
        return cls(processor._default_max_queue_size(), lambda: passage.taken)  # noqa: SLF001 - nothing public tells

    def enter(self) -> bool:
        """Whether there is room for one more, which stands in line from now on."""
        with self._lock:
            full = self._put - self._taken() >= self._size
            if full:
                self.dropped += 1
            else:
                self._put += 1
        return not full
