"""What became of events, the replies that come with it, and the outbox; written by the writer thread."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import apsw
import msgspec

from pagewire.events import Conversation
from pagewire_gateway.journal.port import JournalError, LeaseLost, Mark, NewReply, Outbound, OutboxMark
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.ops import Record, Row, Settle
from pagewire_gateway.journal.sqlite.statements import WRITING, pieces

Target = tuple[str, Conversation]
"""Id of the event, and to whom its replies go."""


_answered = msgspec.json.Decoder(list[tuple[int, str, str, str, str | None]])


class Objection(Exception):
    """Not all rows of a statement took effect: the batch has to be done again, one operation at a time."""


def check_fences(ops: Sequence[Settle | Record], fence: int) -> None:
    """Refuse what is asked under a fence that is not the newest."""
    for op in ops:
        if op.fence < fence:
            op.error = LeaseLost("another process took over dispatch; nothing was stored")


def check_history(db: apsw.Connection, ops: Sequence[Settle]) -> None:
    """Refuse what was asked by somebody whose newest event is not in its place: their places are those of others now."""
    known = {newest: is_known(db, newest) for newest in {op.newest for op in ops} if newest is not None}
    for op in ops:
        if op.error is None and op.newest is not None and not known[op.newest]:
            op.error = lost_history()


def is_known(db: apsw.Connection, newest: tuple[int, str]) -> bool:
    """Whether an event is in its place, or was before retention dropped it."""
    place, id_ = newest
    last, there = fetch(db, WRITING["event_at"], (place,))[0]
    return bool(place <= last and there in (None, id_))


def lost_history() -> LeaseLost:
    """What to tell them."""
    return LeaseLost("the stream has lost events that this was about; nothing was stored, and the journal is read anew")


def settle_all(db: apsw.Connection, ops: Sequence[Settle]) -> None:
    """Mark events and store replies, as if everything took effect.

    Raises:
        Objection: a mark or a reply changed nothing, so its row was there before.
        JournalError: a reply answers an event that is not there.
    """
    marks = [mark for op in ops for mark in op.marks]
    for start, end in pieces(len(marks)):
        db.execute(WRITING.many("mark", end - start), tuple(chain.from_iterable(map(_delivery, marks[start:end]))))
        if db.changes() != end - start:
            raise Objection
    replies = [(op, mark, reply) for op in ops for mark in op.marks for reply in mark.replies]
    targets = _targets(db, {mark.seq for _, mark, _ in replies})
    for start, end in pieces(len(replies)):
        rows = [_row(mark, reply, targets[mark.seq]) for _, mark, reply in replies[start:end]]
        if _store(db, rows) != end - start:
            raise Objection
        place = db.last_insert_rowid() - (end - start)
        for offset, (op, mark, reply) in enumerate(replies[start:end], 1):
            op.rows.append(_outbound(place + offset, mark, reply, targets[mark.seq]))


def settle_one(db: apsw.Connection, op: Settle) -> None:
    """The same, mark by mark: what was settled before stays, and its replies are not stored again."""
    for mark in op.marks:
        db.execute(WRITING.many("mark", 1), _delivery(mark))
        if not db.changes() or not mark.replies:
            continue
        target = _targets(db, {mark.seq})[mark.seq]
        for reply in mark.replies:
            if _store(db, [_row(mark, reply, target)]):
                op.rows.append(_outbound(db.last_insert_rowid(), mark, reply, target))


def record_all(db: apsw.Connection, ops: Sequence[Record]) -> None:
    """Change outbox rows, in the order asked."""
    marks: dict[str, OutboxMark] = {}
    for mark in (mark for op in ops for mark in op.marks):
        if mark.id in marks:
            _record(db, list(marks.values()))
            marks.clear()
        marks[mark.id] = mark
    _record(db, list(marks.values()))


def _record(db: apsw.Connection, marks: Sequence[OutboxMark]) -> None:
    rows = [
        (m.state, m.attempts, m.due, m.began, m.mid, m.error, m.at, m.code, m.id, m.body, int(m.owes)) for m in marks
    ]
    for start, end in pieces(len(rows)):
        db.execute(WRITING.many("record", end - start), tuple(chain.from_iterable(rows[start:end])))


def _store(db: apsw.Connection, rows: Sequence[Row]) -> int:
    db.execute(WRITING.many("reply", len(rows)), tuple(chain.from_iterable(rows)))
    return db.changes()


def _targets(db: apsw.Connection, seqs: set[int]) -> dict[int, Target]:
    targets = dict(_found(db, sorted(seqs)))
    if missing := seqs - targets.keys():
        raise JournalError(f"event {min(missing)} is not in the journal: nothing can answer it")
    return targets


def _found(db: apsw.Connection, seqs: Sequence[int]) -> Iterator[tuple[int, Target]]:
    for start, end in pieces(len(seqs)):
        found = value(db, WRITING.many("answered", end - start), seqs[start:end])
        for seq, id_, object_, account, person in _answered.decode(found):
            # A comment concerns no person Meta would name; its private reply is addressed by the comment itself.
            yield seq, (id_, Conversation(object_, account, person or ""))


def _delivery(mark: Mark) -> Row:
    return (mark.plugin, mark.seq, mark.state, mark.attempts, mark.due, mark.error, mark.at, mark.generation, mark.took)


def _row(mark: Mark, reply: NewReply, target: Target) -> Row:
    if not target[1].person and not reply.target:
        raise JournalError(f"event {mark.seq} concerns no person: nothing can answer it")
    began = _began(mark, reply)
    return (
        *(reply.id, mark.seq, mark.plugin, reply.index),
        *target[1],
        *(reply.body, reply.state, mark.at, began, reply.error, mark.at, reply.target, reply.code, reply.trace),
    )


def _began(mark: Mark, reply: NewReply) -> int:
    # A reply that goes out at once has no other commit that could tell when.
    return mark.at if reply.state == "sending" else 0


def _outbound(seq: int, mark: Mark, reply: NewReply, target: Target) -> Outbound:
    facts: dict[str, Any] = {"attempts": 0, "due": 0, "mid": "", "error": reply.error, "code": reply.code}
    return Outbound(
        id=reply.id,
        seq=seq,
        event_seq=mark.seq,
        event_id=target[0],
        plugin=mark.plugin,
        index=reply.index,
        conversation=target[1],
        body=reply.body,
        state=reply.state,
        created=mark.at,
        began=_began(mark, reply),
        target=reply.target,
        trace=reply.trace,
        at=mark.at,
        **facts,
    )
