"""Putting work back, written by the writer thread."""

from collections import Counter
from collections.abc import Iterable, Sequence

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.statements import WRITING
from pagewire_gateway.journal.sqlite.tail import Tail


def replay(
    db: apsw.Connection, tail: Tail, events: Sequence[str], plugin: str | None, *, resend: bool, now: int
) -> Counter[str]:
    """Hand events to lanes again; returns how many each lane got.

    A lane that had the event gets it; a lane named by the caller also if it skipped the event or began after it. With
    `resend` the generation grows, so that the replies get new ids; the outbox stores them as new.
    """
    lanes = [plugin] if plugin else [row[0] for row in fetch(db, WRITING["open_lanes"])]
    got: Counter[str] = Counter()
    for seq in _places(db, tail, dict.fromkeys(events)):
        for lane in lanes:
            got[lane] += _put_back(db, lane, seq, named=bool(plugin), resend=resend, now=now)
    return +got


def replay_outbound(db: apsw.Connection, ids: Sequence[str], now: int) -> int:
    """Queue parked outbound requests again, each with the rest of its answer, and owe parked reports again; returns how many."""
    count = 0
    for id_ in dict.fromkeys(ids):
        db.execute(WRITING["put_back_outbound"], (now, id_))
        if db.changes():
            count += db.changes()
            db.execute(WRITING["put_back_rest"], (now, id_))
        else:
            db.execute(WRITING["owe_again"], (id_,))
        count += db.changes()
    return count


def _put_back(db: apsw.Connection, lane: str, seq: int, *, named: bool, resend: bool, now: int) -> int:
    facts = {"plugin": lane, "seq": seq, "now": now, "resend": int(resend)}
    db.execute(WRITING["put_back"], facts)
    if db.changes() or not named:
        return db.changes()
    db.execute(WRITING["hand_out"], facts)
    return db.changes()


def _places(db: apsw.Connection, tail: Tail, events: Iterable[str]) -> list[int]:
    found = []
    for event in events:
        id_ = read_id(event)
        place = None if id_ is None else tail.place(id_) or value(db, WRITING["known_id"], (id_,))
        if place is not None:
            found.append(place)
    return found


def read_id(event: str) -> bytes | None:
    """The bytes of an event's id; ``None`` if it is no id."""
    try:
        id_ = bytes.fromhex(event)
    except ValueError:
        return None
    return id_ if len(id_) == 16 else None
