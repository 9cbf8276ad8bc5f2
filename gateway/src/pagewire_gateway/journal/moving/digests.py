"""Count and hash of what a journal file holds: the same for one file and for its partitions together.

Places differ between them, so rows are hashed without; order counts where it is promised, within a conversation, by hashing with
each event the id of the one before it. Hashes of rows are added up, so parts add up to the whole. What a part of a replay came
to is left out: it is a sum over partitions, whose hashes have nothing to do with that of the sum.
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import apsw
import msgspec
from msgspec import Struct

from pagewire_gateway.journal.sqlite.connecting import open_reader

_QUERIES: Final = {
    "events": (
        "select id, kind, channel, object, account, person, at, estimated, via, received, app, opens, key, raw, "
        "lag(id) over (partition by object, account, person order by seq) from event"
    ),
    "deliveries": (
        "select e.id, d.plugin, d.state, d.attempts, d.due, d.error, d.at, d.generation, d.took, d.quiet "
        "from delivery d join event e on e.seq = d.seq where d.at > 0"
    ),
    "attempts": (
        "select e.id, a.plugin, a.attempts, a.at, a.outcome, a.due, a.took, a.error, a.generation "
        "from attempt a join event e on e.seq = a.seq"
    ),
    "answers": "select id, at, attempts, state, code, error, due from answer",
    "outbox": (
        "select o.id, e.id, o.plugin, o.place, o.object, o.account, o.person, o.body, o.state, o.attempts, o.due, o.created, "
        "o.began, o.mid, o.error, o.at, o.code, o.target, o.owes, o.altered, o.arrived > 0, o.seen > 0, o.untold, o.tellings, "
        "lag(o.id) over (partition by o.object, o.account, o.person order by o.seq) "
        "from outbox o join event e on e.seq = o.event_seq"
    ),
    "conversations": (
        "select object, account, person, first_event, first_at, last_inbound, last_direct, last_standby, last_outbound, "
        "last_read, last_delivered, owner, owner_at, opt_ins from conversation"
    ),
}
_BITS: Final = 1 << 128
_EVERY: Final = 5_000

_encode = msgspec.msgpack.Encoder().encode


class Digest(Struct, frozen=True):
    """Of one kind of thing: how many, and the sum of their hashes."""

    count: int
    sum: int

    def __str__(self) -> str:
        return f"{self.sum:032x}"


def digest(files: Iterable[Path], progress: Callable[[int], None] = lambda _rows: None) -> dict[str, Digest]:
    """Of these files together; nothing may change meanwhile.

    Args:
        files: the journal, or all its partitions.
        progress: told now and then how many rows were hashed since.
    """
    found = dict.fromkeys(_QUERIES, Digest(0, 0))
    for file in files:
        db = open_reader(file)
        try:
            for name, query in _QUERIES.items():
                found[name] = _add(found[name], db, query, progress)
        finally:
            db.close()
    return found


def _add(known: Digest, db: apsw.Connection, query: str, progress: Callable[[int], None]) -> Digest:
    count, total = known.count, known.sum
    for row in db.execute(query):
        count += 1
        total += int.from_bytes(hashlib.blake2b(_encode(row), digest_size=16).digest())
        if count % _EVERY == 0:
            progress(_EVERY)
    return Digest(count, total % _BITS)
