"""Who must be left alone: nothing of before their request is sent to them, handed to plugins, or stored anew. In memory."""

from collections.abc import Callable, Iterable, Sequence

from pagewire.events import Conversation
from pagewire.people import ScopedId
from pagewire.wire import Item
from pagewire_gateway import naming, window
from pagewire_gateway.journal.port import Outbound, Stored
from pagewire_gateway.people.keyed import Keyed
from pagewire_gateway.telemetry import metrics

_EVERYTHING = 2**62
ECHOES_MS = 600_000
"""How long after a request what is told of the business's own side is still about what was on its way then."""


Place = Callable[[int], int]
"""What a request's place means: that place, or what it stands for in one of several journals."""


def _same(place: int) -> int:
    return place


class Bars:
    """The people who asked to be forgotten of late."""

    def __init__(self) -> None:
        self._upto: dict[Conversation, int] = {}
        self._recent: dict[str, int] = {}
        self._newest = 0
        self._returned: set[str] = set()
        self._keyed: Keyed | None = None

    def bar(self, who: ScopedId, upto: int = -1) -> None:
        """Leave them alone from now on, as far as events up to this place go; -1 as long as the place is not known."""
        self._upto[Conversation(*who)] = _EVERYTHING if upto < 0 else upto

    def remember(self, keyed: Keyed, recent: dict[str, int]) -> None:
        """Take in who was asked to be forgotten lately: hashes, and when."""
        self._keyed, self._recent = keyed, recent
        self._newest = max(recent.values(), default=-ECHOES_MS)
        self._returned &= recent.keys()

    def gone(self, stored: Stored, place: Place = _same) -> bool:
        """Whether an event is one of a person to be forgotten, or names them, or was emptied already.

        Args:
            stored: the event.
            place: what a request's place means among these events.
        """
        item = stored.item
        if not item.raw or not self._upto:
            return not item.raw
        return any(stored.seq <= self._place(one, place) for one in _about(item))

    def silences(self, row: Outbound, place: Place = _same) -> bool:
        """Whether a reply must not go out; `place` as for `gone`."""
        return bool(self._upto) and row.event_seq <= self._place(row.conversation, place)

    def _place(self, who: Conversation, place: Place) -> int:
        upto = self._upto.get(who, -1)
        return upto if upto in (-1, _EVERYTHING) else place(upto)

    def admitted(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items without those of before a person asked to be forgotten, and without echoes of what was on its way then.

        Once the person acts again, they are somebody new.
        """
        if not self._recent or not any(item.timestamp <= self._newest + ECHOES_MS for item in items):
            return items
        kept = [item for item in items if not self._late(item)]
        if len(kept) < len(items):
            metrics.forgotten.add("delivery", amount=len(items) - len(kept))
        return kept

    def _late(self, item: Item) -> bool:
        if self._keyed is None:
            return False
        if item.conversation is None:
            hashes = (self._keyed.of(ScopedId(*one)) for one in _about(item))
            return any(item.timestamp <= self._recent.get(hash_, -1) for hash_ in hashes)
        hash_ = self._keyed.of(ScopedId(*item.conversation))
        requested = self._recent.get(hash_)
        if requested is None or item.timestamp > requested + ECHOES_MS:
            return False
        if item.timestamp > requested and window.opens(item):
            self._returned.add(hash_)
        return item.timestamp <= requested or hash_ not in self._returned


def _about(item: Item) -> Iterable[Conversation]:
    """Of whom an event is, or whom it may name: a comment is in nobody's conversation."""
    if item.conversation is not None:
        return (item.conversation,)
    return (Conversation(item.object, item.account, number) for number in naming.numbers(item.raw))
