"""What must hold whatever was done: nothing lost, nothing doubled, everything in order. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct

Person = str
Number = int


class Ledger(Struct, frozen=True, kw_only=True):
    """The books of a run.

    Attributes:
        said: messages people wrote.
        acknowledged: messages whose delivery was answered 200.
        journal: events of kind message in the journal.
        hook_calls: by plugin, repeated ones included.
        lost_events: acknowledged, and not in the journal.
        doubled_events: more than once in the journal.
        lost_hook_calls: acknowledged, and never handed to one of the plugins.
        repeated_hook_calls: hook calls beyond the first, which a crash may cause.
        replies: accepted by the simulator.
        parked_replies: kept for people to decide, because nothing could prove whether they had gone out.
        lost_replies: acknowledged, and neither answered nor parked.
        doubled_replies: answered more than once.
        order_violations: hook calls or replies of a conversation out of order.
    """

    said: int = 0
    acknowledged: int = 0
    journal: int = 0
    hook_calls: dict[str, int] = {}
    lost_events: int = 0
    doubled_events: int = 0
    lost_hook_calls: int = 0
    repeated_hook_calls: int = 0
    replies: int = 0
    parked_replies: int = 0
    lost_replies: int = 0
    doubled_replies: int = 0
    order_violations: int = 0

    @property
    def lost(self) -> int:
        """Events, hook calls and replies that are gone."""
        return self.lost_events + self.lost_hook_calls + self.lost_replies

    @property
    def doubled(self) -> int:
        """Events and replies that are there twice."""
        return self.doubled_events + self.doubled_replies

    @property
    def clean(self) -> bool:
        """Whether every promise held."""
        return self.said == self.acknowledged == self.journal and not (
            self.lost or self.doubled or self.order_violations
        )

    def __add__(self, other: "Ledger") -> "Ledger":
        """The books of both runs."""
        own = {name: getattr(self, name) for name in self.__struct_fields__}
        calls = Counter(own.pop("hook_calls")) + Counter(other.hook_calls)
        return Ledger(hook_calls=dict(calls), **{name: own[name] + getattr(other, name) for name in own})

    def __str__(self) -> str:
        parts = [f"{name.replace('_', ' ')} {self._shown(name)}" for name in self.__struct_fields__]
        return ", ".join(parts) + (": every promise held" if self.clean else ": BROKEN")

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        return " + ".join(f"{value[one]} {one}" for one in sorted(value)) if isinstance(value, dict) else str(value)


def close_books(
    said: Mapping[Number, Person],
    acknowledged: Set[Number],
    journal: Sequence[Number],
    hook_calls: Mapping[str, Sequence[Number]],
    replies: Sequence[Number],
    parked: Set[Number] = frozenset(),
) -> Ledger:
    """Compare what was promised with what is there.

    Args:
        said: number of each message and who wrote it.
        acknowledged: numbers whose delivery was answered 200.
        journal: numbers of the journal's events, in its order.
        hook_calls: by plugin, in the order in which it wrote them down.
        replies: in the order in which the simulator accepted them.
        parked: numbers of the replies that are parked.
    """
    places = {number: place for place, number in enumerate(journal)}
    called = {plugin: Counter(numbers) for plugin, numbers in hook_calls.items()}
    answered = Counter(replies)
    return Ledger(
        said=len(said),
        acknowledged=len(acknowledged),
        journal=len(places),
        hook_calls={plugin: calls.total() for plugin, calls in called.items()},
        lost_events=len(acknowledged - places.keys()),
        doubled_events=len(journal) - len(places),
        lost_hook_calls=sum(len(acknowledged - calls.keys()) for calls in called.values()),
        repeated_hook_calls=sum(calls.total() - len(calls) for calls in called.values()),
        replies=answered.total(),
        parked_replies=len(parked),
        lost_replies=len(acknowledged - answered.keys() - parked),
        doubled_replies=sum(1 for count in answered.values() if count > 1),
        order_violations=sum(_disorder(calls, said, places) for calls in (*hook_calls.values(), replies)),
    )


def _disorder(calls: Iterable[Number], said: Mapping[Number, Person], places: Mapping[Number, int]) -> int:
    """Calls that come for the first time after one of the same person that became durable later.

    Meta itself delivers out of order after a failure, so the journal's order is the one that counts.
    """
    seen: set[Number] = set()
    latest: dict[Person, int] = defaultdict(lambda: -1)
    found = 0
    for number in calls:
        if number in seen:
            continue
        seen.add(number)
        person, place = said[number], places.get(number, -1)
        found += place < latest[person]
        latest[person] = max(place, latest[person])
    return found
