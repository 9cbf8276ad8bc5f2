"""What is done to a journal besides appending and settling, as values: a deed does the same to every copy of a journal.

Times and ids travel in the deed. `run` is done by the writer, within its transaction.
"""

from collections import Counter
from typing import ClassVar, Protocol, TypeVar

import apsw
from msgspec import Struct

from pagewire.events import Conversation
from pagewire_gateway.journal.port import Outbound, Piece, Reached, Untold
from pagewire_gateway.journal.sqlite import erasing, leases, replaying, restoring, telling
from pagewire_gateway.journal.sqlite.dropping import drop
from pagewire_gateway.journal.sqlite.statements import WRITING
from pagewire_gateway.journal.sqlite.tail import Tail

Value_co = TypeVar("Value_co", covariant=True)


class Deed(Protocol[Value_co]):
    """Something to do."""

    def run(self, db: apsw.Connection, tail: Tail) -> Value_co:
        """Do it; raises to leave nothing behind."""


class _Deed(Struct, frozen=True, tag=True):
    """What all have in common.

    Attributes:
        apart: needs a transaction of its own.
        folded: needs all that came before folded in.
    """

    apart: ClassVar[bool] = False
    folded: ClassVar[bool] = False


class Fence(_Deed, frozen=True):
    """Somebody took over a lease: what comes under an older fence is refused from here on."""

    name: str
    holder: str
    fence: int

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it; an older fence than the one that stands changes nothing."""
        leases.announce(db, self.name, self.holder, self.fence)


class OpenLanes(_Deed, frozen=True):
    """Open these lanes, close all others."""

    lanes: tuple[str, ...]

    def run(self, db: apsw.Connection, _tail: Tail) -> dict[str, int]:
        """Do it; returns the low-water marks."""
        return leases.open_lanes(db, self.lanes)


class LowWater(_Deed, frozen=True):
    """Raise low-water marks."""

    marks: dict[str, int]

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        leases.raise_low_water(db, self.marks)


class Replay(_Deed, frozen=True):
    """Hand events to lanes again."""

    # It finds events by their ids, in memory only once their transaction is over.
    apart: ClassVar[bool] = True
    events: tuple[str, ...]
    plugin: str | None
    resend: bool
    now: int
    quiet: bool = False
    piece: Piece | None = None

    def run(self, db: apsw.Connection, tail: Tail) -> Counter[str]:
        """Do it, if it was not done; returns how many each lane got."""
        return replaying.once(db, self.piece, self.now, lambda: self._put_back(db, tail))

    def _put_back(self, db: apsw.Connection, tail: Tail) -> Counter[str]:
        return replaying.replay(db, tail, self.events, self.plugin, resend=self.resend, quiet=self.quiet, now=self.now)


class DropParked(_Deed, frozen=True):
    """Give up parked work."""

    # It finds events by their ids, as a replay does.
    apart: ClassVar[bool] = True
    events: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    now: int

    def run(self, db: apsw.Connection, tail: Tail) -> int:
        """Do it; returns how much."""
        return replaying.drop_parked(db, tail, self.events, self.rows, self.now)


class ReplayOutbound(_Deed, frozen=True):
    """Queue parked requests again."""

    ids: tuple[str, ...]
    now: int

    def run(self, db: apsw.Connection, _tail: Tail) -> int:
        """Do it; returns how many."""
        return replaying.replay_outbound(db, self.ids, self.now)


class Told(_Deed, frozen=True):
    """Plugins were told of their requests."""

    ids: tuple[str, ...]

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        telling.told(db, self.ids)


class NotTold(_Deed, frozen=True):
    """Plugins could not be told."""

    reports: tuple[Untold, ...]

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        telling.untold(db, self.reports)


class Reach(_Deed, frozen=True):
    """An event tells how far messages came."""

    asked: Reached

    def run(self, db: apsw.Connection, _tail: Tail) -> list[Outbound]:
        """Do it; returns the rows it tells of."""
        return telling.reached(db, self.asked)


class Drop(_Deed, frozen=True):
    """Drop events that are settled, or only their bodies."""

    apart: ClassVar[bool] = True
    folded: ClassVar[bool] = True
    seqs: tuple[int, ...]
    rows: bool

    def run(self, db: apsw.Connection, _tail: Tail) -> int:
        """Do it; returns how many went."""
        return drop(db, self.seqs, rows=self.rows)


class EraseEvents(_Deed, frozen=True):
    """Empty events of a person who is to be forgotten."""

    apart: ClassVar[bool] = True
    seqs: tuple[int, ...]
    request: str
    now: int

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        erasing.erase_events(db, self.seqs, self.request, self.now)


class EraseOutbound(_Deed, frozen=True):
    """Empty rows of the outbox of that person."""

    apart: ClassVar[bool] = True
    seqs: tuple[int, ...]
    request: str
    now: int

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        erasing.erase_outbound(db, self.seqs, self.request, self.now)


class NoteForgotten(_Deed, frozen=True):
    """Have everybody read anew what they keep in memory of conversations, from the next transaction on."""

    apart: ClassVar[bool] = True

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        db.execute(WRITING["note_forgotten"])


class NoteRestore(_Deed, frozen=True):
    """A backup was put in the place of the journal: what was there then may have been done since it was made."""

    apart: ClassVar[bool] = True
    folded: ClassVar[bool] = True
    at: int

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it; what is noted already changes nothing."""
        restoring.doubt_before(db, self.at)


class EraseTalk(_Deed, frozen=True):
    """Forget a conversation; if the person wrote again since, it begins there."""

    apart: ClassVar[bool] = True
    who: Conversation
    upto: int
    request: str

    def run(self, db: apsw.Connection, _tail: Tail) -> None:
        """Do it."""
        erasing.erase_talk(db, self.who, self.upto, self.request)


AnyDeed = (
    Fence
    | OpenLanes
    | LowWater
    | Replay
    | ReplayOutbound
    | DropParked
    | Told
    | NotTold
    | Reach
    | Drop
    | EraseEvents
    | EraseOutbound
    | NoteForgotten
    | EraseTalk
    | NoteRestore
)
