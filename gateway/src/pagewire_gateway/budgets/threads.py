"""One thread at a time: a few messages at once, then one a second. Meta throttles "too many" to one person, unpublished."""

from collections import OrderedDict
from collections.abc import Callable

from pagewire.events import Conversation
from pagewire_gateway.budgets.bucket import Bucket
from pagewire_gateway.budgets.calls import Limits

_KEPT = 20_000


class Threads:
    """The pace of each conversation.

    Args:
        limits: `Limits.thread_rate` and `Limits.thread_burst`.
        clock: milliseconds since 1970.
    """

    def __init__(self, limits: Limits, clock: Callable[[], int]) -> None:
        self._limits = limits
        self._clock = clock
        self._buckets: OrderedDict[Conversation, Bucket] = OrderedDict()

    def delay(self, conversation: Conversation) -> float:
        """Seconds until a message may go to this person."""
        bucket = self._buckets.get(conversation)
        return 0.0 if bucket is None else bucket.delay(self._clock())

    def spend(self, conversation: Conversation) -> None:
        """A message goes."""
        bucket = self._buckets.get(conversation)
        if bucket is None:
            bucket = Bucket(self._limits.thread_rate, self._limits.thread_burst, self._clock())
            self._buckets[conversation] = bucket
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)  # quiet for longest, so full again or nearly so
        else:
            self._buckets.move_to_end(conversation)
        bucket.spend()
