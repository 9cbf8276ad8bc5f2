"""Putting work back, written by the writer thread."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import apsw
import msgspec

from pagewire_gateway.journal.port import Piece
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.statements import WRITING
from pagewire_gateway.journal.sqlite.tail import Tail


def replay(
    db: apsw.Connection, tail: Tail, events: Sequence[str], plugin: str | None, *, resend: bool, quiet: bool, now: int
) -> Counter[str]:
    """Hand events to lanes again; returns how many each lane got.

    A lane that had the event gets it; a lane named by the caller also if it skipped the event or began after it. With
    `resend` the generation grows, so that the replies get new ids; the outbox stores them as new.
    """
    lanes = [plugin] if plugin else [row[0] for row in fetch(db, WRITING["open_lanes"])]
    # Replies to a quiet replay must be told from those that went out.
    facts = {"now": now, "resend": int(resend or quiet), "quiet": int(quiet)}
    got: Counter[str] = Counter()
    for seq in _places(db, tail, dict.fromkeys(events)):
        for lane in lanes:
            got[lane] += _put_back(db, {**facts, "plugin": lane, "seq": seq}, named=bool(plugin))
    return +got


def once(db: apsw.Connection, piece: Piece | None, now: int, work: Callable[[], Counter[str]]) -> Counter[str]:
    """Do a part of a replay of many, and remember it in the same transaction; what is remembered is only told again.

    Who asked may have been killed before the answer, and replies that were to go out again must not go out twice for it.
    """
    if piece is None:
        return work()
    for number, got in fetch(db, WRITING["piece"], (piece.job,)):
        if number >= piece.number:
            return Counter(msgspec.json.decode(got, type=dict[str, int]))
    found = work()
    db.execute(WRITING["note_piece"], (piece.job, piece.number, msgspec.json.encode(found).decode(), now))
    db.execute(WRITING["forget_pieces"])
    return found


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


def drop_parked(
    db: apsw.Connection, tail: Tail, events: Sequence[tuple[str, str]], rows: Sequence[str], now: int
) -> int:
    """Give up parked work; returns how much."""
    count = 0
    for event, plugin in events:
        for seq in _places(db, tail, [event]):
            db.execute(WRITING["drop_parked"], {"plugin": plugin, "seq": seq, "now": now})
            count += db.changes()
    for id_ in rows:
        db.execute(WRITING["drop_parked_outbound"], (now, id_))
        count += db.changes()
        db.execute(WRITING["drop_report"], (id_,))
        count += db.changes()
    return count


def _put_back(db: apsw.Connection, facts: Mapping[str, object], *, named: bool) -> int:
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
