"""Erasing rows of a person, written by the writer: what is erased is overwritten, and counted in the same step."""

import contextlib
from collections.abc import Iterator, Sequence

import apsw

from pagewire.events import Conversation
from pagewire_gateway import traces
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.layer import shard_of
from pagewire_gateway.journal.sqlite.statements import WRITING


def erase_events(db: apsw.Connection, seqs: Sequence[int], request: str, now: int) -> None:
    """Empty events of everything but place, id and kind; end what lanes have to do with them, and erase the replies."""
    with _securely(db):
        db.execute(WRITING.many("end_waiting", len(seqs)), (now, *seqs))
        ended = db.changes()
        for lane in fetch(db, WRITING["lanes"]):
            db.execute(WRITING.many("end_deliveries", len(seqs)), (*lane, *seqs))
            ended += db.changes()
        for name in ("drop_attempts", "drop_answers", "unlist"):
            db.execute(WRITING.many(name, len(seqs)), seqs)
        db.execute(WRITING.many("erase_replies", len(seqs)), (now, *seqs))
        outbound = db.changes()
        db.execute(WRITING.many("erase_events", len(seqs)), seqs)
        erased = db.changes()
        db.execute(WRITING.many("list_again", len(seqs)), seqs)
        _count(db, request, events=erased, deliveries=ended, outbound=outbound)


def erase_outbound(db: apsw.Connection, seqs: Sequence[int], request: str, now: int) -> None:
    """Empty rows of the outbox, and end what was not sent yet."""
    with _securely(db):
        db.execute(WRITING.many("drop_answers_of", len(seqs)), seqs)
        db.execute(WRITING.many("erase_outbound", len(seqs)), (now, *seqs))
        _count(db, request, outbound=db.changes())


def erase_talk(db: apsw.Connection, who: Conversation, upto: int, request: str) -> None:
    """Forget the conversation; if the person wrote again since, it begins there."""
    with _securely(db):
        db.execute(WRITING["erase_talk"], (shard_of(who.person), *who))
        _count(db, request, talks=db.changes())
        since = fetch(db, WRITING["talk_since"], (upto, *who))
        if since:
            trace = traces.blank()
            for row in since:
                traces.note(trace, *row)
            db.execute(WRITING.many("fold_conversations", 1), (shard_of(who.person), *who, *trace))


@contextlib.contextmanager
def _securely(db: apsw.Connection) -> Iterator[None]:
    """Overwrite what is erased here with zeros, also in pages that become free."""
    db.execute("pragma secure_delete = on")
    try:
        yield
    finally:
        db.execute("pragma secure_delete = fast")


def _count(
    db: apsw.Connection, request: str, *, events: int = 0, deliveries: int = 0, outbound: int = 0, talks: int = 0
) -> None:
    db.execute(WRITING["count_forgotten"], (request, events, deliveries, outbound, talks))
