"""Events that will be folded together, in memory, cut by the order of the trees they go into."""

from collections.abc import Sequence
from zlib import crc32

import apsw

from pagewire_gateway.journal.sqlite.ops import ACCOUNT, AT, ID, OBJECT, OPENS, PERSON, Row
from pagewire_gateway.journal.sqlite.statements import WRITING, pieces

SHARDS = 256

Key = tuple[str, str, str]
Talk = tuple[bytes, int, int]
"""First event, when it happened, and when the person last opened the window."""


def shard_of(person: str) -> int:
    """Which of the shards of the conversations a person is in."""
    return crc32(person.encode()) >> 24


class Layer:
    """Ids by their first byte, conversations by `shard_of` the person.

    Attributes:
        size: events it holds.
        last: place of the newest.
    """

    __slots__ = ("ids", "last", "size", "talks")

    def __init__(self) -> None:
        self.ids: list[dict[bytes, int]] = [{} for _ in range(SHARDS)]
        self.talks: list[dict[Key, Talk]] = [{} for _ in range(SHARDS)]
        self.size = 0
        self.last = 0

    def add(self, first: int, rows: Sequence[Row]) -> None:
        """Take in events, in places from `first` on."""
        # On the hot path, so spelt out.
        ids, talks = self.ids, self.talks
        for place, row in enumerate(rows, first):
            id_, person = row[ID], row[PERSON]
            ids[id_[0]][id_] = place
            if row[OPENS] and person:
                some, key, at = talks[crc32(person.encode()) >> 24], (row[OBJECT], row[ACCOUNT], person), row[AT]
                known = some.get(key)
                if known is None:
                    some[key] = (id_, at, at)
                elif at > known[2]:
                    some[key] = (known[0], known[1], at)
        self.size += len(rows)
        self.last = first + len(rows) - 1

    def fold(self, db: apsw.Connection, shard: int) -> int:
        """Write one shard into the trees; returns how many rows that were."""
        ids, talks = self.ids[shard], self.talks[shard]
        _insert(db, "fold_ids", 2, [value for id_ in sorted(ids) for value in (id_, ids[id_])])
        _insert(db, "fold_conversations", 7, [value for key in sorted(talks) for value in (shard, *key, *talks[key])])
        return len(ids) + len(talks)


def _insert(db: apsw.Connection, name: str, width: int, values: Sequence[object]) -> None:
    for start, end in pieces(len(values) // width):
        db.execute(WRITING.many(name, end - start), values[start * width : end * width])
