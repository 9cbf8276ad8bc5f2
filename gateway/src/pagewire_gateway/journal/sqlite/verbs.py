"""The port's verbs that are deeds, whatever carries a deed to the writer."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pagewire_gateway.journal.port import OnReplay, Outbound, Piece, Reached, Untold
from pagewire_gateway.journal.sqlite.deeds import (
    Deed,
    DropParked,
    LowWater,
    NotTold,
    OpenLanes,
    Reach,
    Replay,
    ReplayOutbound,
    Told,
)
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.reading import Reading
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.talks import Talks

Value = TypeVar("Value")


class Verbs(Reading):
    """What every journal on such a file does; a subclass says how.

    Args:
        readers: read the file.
        talks: know conversations.
        tail: knows what is not folded in.
        clock: milliseconds since 1970.
    """

    def __init__(self, readers: Reads, talks: Talks, tail: Tail, clock: Callable[[], int]) -> None:
        super().__init__(readers, talks, tail)
        self.on_replay: OnReplay | None = None
        self._clock = clock

    async def _do(self, deed: Deed[Value], /) -> Value:
        """Have a deed done; returns its outcome once it is durable."""
        raise NotImplementedError

    async def open_lanes(self, lanes: Sequence[str]) -> dict[str, int]:
        """Say which lanes are at work; returns each one's low-water mark.

        A lane that was at work before goes on where it was. A new one begins at the end of the journal, and so does one
        that was closed in between: what it missed is not handed to it, what waited for a retry or was parked stays.
        """
        return await self._do(OpenLanes(tuple(lanes)))

    async def low_water(self, marks: dict[str, int]) -> None:
        """Remember for each lane that everything up to this place is settled or skipped; never goes backwards."""
        await self._do(LowWater(dict(marks)))

    async def replay(
        self,
        events: Sequence[str],
        plugin: str | None,
        resend: bool,
        quiet: bool = False,
        piece: Piece | None = None,
    ) -> int:
        """Hand events to lanes again, by event id; see the port. An event without its body cannot be handed out."""
        got = await self._do(Replay(tuple(events), plugin, resend, self._clock(), quiet, piece))
        return got.total()

    async def drop_parked(self, events: Sequence[tuple[str, str]], rows: Sequence[str]) -> int:
        """Give up parked work; see the port."""
        return await self._do(DropParked(tuple(events), tuple(rows), self._clock()))

    async def replay_outbound(self, ids: Sequence[str]) -> int:
        """Put parked outbound requests back into the queue, and parked reports to what is owed; returns how many."""
        return await self._do(ReplayOutbound(tuple(ids), self._clock()))

    async def told(self, ids: Sequence[str]) -> None:
        """The plugins that asked for these rows know of their ends."""
        await self._do(Told(tuple(ids)))

    async def untold(self, reports: Sequence[Untold]) -> None:
        """The plugins that asked for these rows could not be told; see the port."""
        await self._do(NotTold(tuple(reports)))

    async def reached(self, asked: Reached) -> list[Outbound]:
        """The plugin's sent rows that an event, and none before it, tells of; see the port."""
        return await self._do(Reach(asked))

    def _replayed(self, deed: object, outcome: object) -> None:
        """Tell of the lanes that got work back, once a deed is durable."""
        if isinstance(deed, Replay) and self.on_replay is not None and isinstance(outcome, dict):
            for lane in outcome:
                self.on_replay(lane)
