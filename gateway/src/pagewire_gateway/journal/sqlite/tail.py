"""What is appended and not folded into the indices yet, in memory.

The table of events is the truth. Two structures are derived from it: ids (for repeats) and conversations. Their places in a
B-tree are as good as random, and a random page for each event would cost more than the event. So both lag behind: the
youngest events are kept here, and when there are enough of them they are folded in, in the order of the trees, so that many
rows share a page. Folding rides along in the writer's transactions, a few rows with each.

Nothing is lost by a crash: the tail is read again from the events after the mark ``folded``. Another process that appends
to the same file is noticed by the number of the last event, within the write lock.
"""

from collections.abc import Sequence

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.layer import SHARDS, Key, Layer, shard_of
from pagewire_gateway.journal.sqlite.ops import ID, Row
from pagewire_gateway.journal.sqlite.statements import MOST, STEP, WRITING
from pagewire_gateway.traces import Trace


class Tail:
    """All that is not folded in: a young layer that grows, and an old one that is being folded.

    Args:
        fold_at: events after which a layer is folded.

    Attributes:
        last: place of the newest event this process knows of.
    """

    def __init__(self, fold_at: int) -> None:
        self.last = 0
        self._fold_at = fold_at
        self._young = Layer()
        self._old: Layer | None = None
        self._next_shard = 0
        self._forgotten = 0
        self._staged: list[tuple[int, Sequence[Row]]] = []
        self._staged_shard = 0

    # What readers ask, from any thread ---------------------------------------------------------------------------

    def place(self, id_: bytes) -> int | None:
        """Place of an event that is not folded in."""
        for layer in self._layers():
            found = layer.ids[id_[0]].get(id_)
            if found is not None:
                return found
        return None

    def talks(self, key: Key) -> list[Trace]:
        """What is not folded in of a conversation, older first."""
        shard = shard_of(key[2])
        found = (layer.talks[shard].get(key) for layer in self._layers())
        # Copies: the writer goes on folding into what it has.
        return [talk.copy() for talk in found if talk is not None]

    def _layers(self) -> list[Layer]:
        old = self._old
        return [self._young] if old is None else [old, self._young]

    # What the writer does, within its transaction ----------------------------------------------------------------

    def catch_up(self, db: apsw.Connection, last: int, forgotten: int) -> None:
        """Take in what another process appended, or this one before it ended, up to the last event there is.

        Args:
            db: the writer's connection, within its transaction.
            last: place of the last event.
            forgotten: how often people were forgotten; when it grew, all is read anew, without them.
        """
        if last == self.last and forgotten == self._forgotten:
            return
        if last < self.last or forgotten != self._forgotten:
            self._young, self._old, self.last = Layer(), None, 0
            self._forgotten = forgotten
        # What lies before the mark is folded in, by whomever, and may have been pruned.
        start = max(self.last, value(db, WRITING["folded"]))
        self._young.add(start + 1, fetch(db, WRITING["unfolded"], (start,)))
        self.last = last

    def repeats(self, db: apsw.Connection, ids: Sequence[bytes]) -> set[bytes]:
        """Those of these ids whose event is in the journal already."""
        found = {id_ for layer in self._layers() for id_ in ids if id_ in layer.ids[id_[0]]}
        for _, rows in self._staged:
            found |= {row[ID] for row in rows}.intersection(ids)
        for start in range(0, len(ids), MOST):
            some = ids[start : start + MOST]
            # Filled up with one of them, so that few different statements do, and one for each batch.
            asked = [*some, *[some[0]] * (-len(some) % STEP)]
            found.update(row[0] for row in fetch(db, WRITING.many("known_ids", len(asked)), asked))
        return found

    def next_place(self) -> int:
        """The place of the next event."""
        return self.last + 1 + sum(len(rows) for _, rows in self._staged)

    def stage(self, first: int, rows: Sequence[Row]) -> None:
        """Events were inserted, in places from `first` on; they count once the transaction commits."""
        self._staged.append((first, rows))

    def fold(self, db: apsw.Connection, rows: int) -> None:
        """Fold about so many rows of the old layer."""
        if self._old is None or self._staged_shard == SHARDS:
            return
        while rows > 0 and self._staged_shard < SHARDS:
            rows -= self._old.fold(db, self._staged_shard)
            self._staged_shard += 1
        if self._staged_shard == SHARDS:
            db.execute(WRITING["fold_mark"], (self._old.last,))

    # When the transaction is over --------------------------------------------------------------------------------

    def commit(self) -> None:
        """What was staged is durable."""
        young = self._young
        for first, rows in self._staged:
            young.add(first, rows)
            # Last: a reader that sees this place finds the event in the layer.
            self.last = young.last
        self._staged.clear()
        self._next_shard = self._staged_shard
        if self._old is not None and self._next_shard == SHARDS:
            self._old = None
        if young.size >= self._fold_at:
            self.freeze()

    def abort(self) -> None:
        """What was staged did not happen."""
        self._staged.clear()
        self._staged_shard = self._next_shard

    def freeze(self) -> bool:
        """Begin to fold the young layer, unless one is being folded; whether any is."""
        if self._old is None and self._young.size:
            self._old, self._young = self._young, Layer()
            self._next_shard = self._staged_shard = 0
        return self._old is not None
