"""What must hold whatever was killed: nothing lost, nothing doubled, everything in order. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set

from msgspec import Struct

Person = str
Number = int


class Ledger(Struct, frozen=True, kw_only=True):
    """The books of a run.

    Attributes:
        said: messages people wrote.
        acknowledged: messages whose delivery was answered 200.
        journal: events of kind message in the journal.
        lost_events: acknowledged, and not in the journal.
        lost_hook_calls: acknowledged, and never handed to a plugin.
        repeated_hook_calls: hook calls beyond the first, which a crash may cause.
        replies: accepted by the simulator.
        parked_replies: kept for people to decide, because nothing could prove whether they had gone out.
        lost_replies: acknowledged, and neither answered nor parked.
        doubled_replies: answered more than once.
        order_violations: hook calls or replies of a conversation out of order.
    """

    said: int
    acknowledged: int
    journal: int
    lost_events: int
    lost_hook_calls: int
    repeated_hook_calls: int
    replies: int
    parked_replies: int
    lost_replies: int
    doubled_replies: int
    order_violations: int

    @property
    def clean(self) -> bool:
        """Whether every promise held."""
        broken = self.lost_events, self.lost_hook_calls, self.lost_replies, self.doubled_replies, self.order_violations
        return self.said == self.acknowledged == self.journal and not any(broken)

    def __str__(self) -> str:
        parts = [f"{name.replace('_', ' ')} {getattr(self, name)}" for name in self.__struct_fields__]
        return ", ".join(parts) + (": every promise held" if self.clean else ": BROKEN")


def close_books(
    said: dict[Number, Person],
    acknowledged: set[Number],
    journal: Sequence[Number],
    hook_calls: Sequence[tuple[Person, Number]],
    replies: Sequence[tuple[Person, Number]],
    parked: Set[Number] = frozenset(),
) -> Ledger:
    """Compare what was promised with what is there.

    Args:
        said: number of each message and who wrote it.
        acknowledged: numbers whose delivery was answered 200.
        journal: numbers of the journal's events, in its order.
        hook_calls: in the order in which a plugin wrote them down.
        replies: in the order in which the simulator accepted them.
        parked: numbers of the replies that are parked.
    """
    places = {number: place for place, number in enumerate(journal)}
    called, answered = Counter(number for _, number in hook_calls), Counter(number for _, number in replies)
    return Ledger(
        said=len(said),
        acknowledged=len(acknowledged),
        journal=len(journal),
        lost_events=len(acknowledged - set(journal)),
        lost_hook_calls=len(acknowledged - set(called)),
        repeated_hook_calls=called.total() - len(called),
        replies=answered.total(),
        parked_replies=len(parked),
        lost_replies=len(acknowledged - set(answered) - parked),
        doubled_replies=sum(1 for count in answered.values() if count > 1),
        order_violations=_disorder(hook_calls, places) + _disorder(replies, places),
    )


def _disorder(calls: Iterable[tuple[Person, Number]], places: dict[Number, int]) -> int:
    """Calls that come for the first time after one of the same person that became durable later.

    Meta itself delivers out of order after a failure, so the journal's order is the one that counts.
    """
    seen: dict[Person, set[Number]] = defaultdict(set)
    latest: dict[Person, int] = {}
    found = 0
    for person, number in calls:
        if number in seen[person]:
            continue
        seen[person].add(number)
        place = places.get(number, -1)
        found += place < latest.get(person, -1)
        latest[person] = max(place, latest.get(person, -1))
    return found
