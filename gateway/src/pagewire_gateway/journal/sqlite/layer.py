"""Events that will be folded together, in memory, cut by the order of the trees they go into."""

from collections.abc import Sequence
from zlib import crc32

import apsw

from pagewire_gateway import traces
from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.ops import ACCOUNT, AT, CHANNEL, ID, OBJECT, PERSON, RAW, SIGN, Row
from pagewire_gateway.journal.sqlite.statements import WRITING, pieces
from pagewire_gateway.traces import DIRECT, FIRST, INBOUND, OPENS, OPTINS, Trace

SHARDS = 256

Key = tuple[str, str, str]


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
        self.talks: list[dict[Key, Trace]] = [{} for _ in range(SHARDS)]
        self.size = 0
        self.last = 0

    def add(self, first: int, rows: Sequence[Row]) -> None:
        """Take in events, in places from `first` on."""
        # On the hot path, so spelt out.
        ids, talks = self.ids, self.talks
        for place, row in enumerate(rows, first):
            id_, person = row[ID], row[PERSON]
            ids[id_[0]][id_] = place
            sign = row[SIGN]
            if sign and person:
                some, key = talks[crc32(person.encode()) >> 24], (row[OBJECT], row[ACCOUNT], person)
                known = some.get(key)
                if known is None:
                    known = some[key] = traces.blank()
                if sign == OPENS and known[FIRST] and row[CHANNEL] == "messaging":
                    at = row[AT]
                    known[INBOUND] = max(known[INBOUND], at)
                    known[DIRECT] = max(known[DIRECT], at)
                else:
                    traces.note(known, sign, id_, row[AT], row[CHANNEL], row[RAW])
        self.size += len(rows)
        self.last = first + len(rows) - 1

    def fold(self, db: apsw.Connection, shard: int) -> int:
        """Write one shard into the trees; returns how many rows that were."""
        ids, talks = self.ids[shard], self.talks[shard]
        _insert(db, "fold_ids", 2, [one for id_ in sorted(ids) for one in (id_, ids[id_])])
        for key, trace in talks.items():
            if trace[OPTINS]:
                there = value(db, WRITING["opt_ins_of"], (shard, *key)) or ""
                trace[OPTINS] = traces.joined(there, trace[OPTINS])
        _insert(db, "fold_conversations", 15, [one for key in sorted(talks) for one in (shard, *key, *talks[key])])
        return len(ids) + len(talks)


def _insert(db: apsw.Connection, name: str, width: int, values: Sequence[object]) -> None:
    for start, end in pieces(len(values) // width):
        db.execute(WRITING.many(name, end - start), values[start * width : end * width])
