"""A copy knows that it is one: when it is opened as a journal, what waits in it may have gone out since it was made."""

import apsw

from pagewire_gateway.journal.port import RESTORED, Restored
from pagewire_gateway.journal.sqlite.asking import fetch, value


def mark_copy(db: apsw.Connection, now: int) -> None:
    """Say of a copy that it is one."""
    db.execute("insert or replace into meta values ('copied', ?)", (now,))


def note_restore(db: apsw.Connection, now: int) -> Restored:
    """Where the file is a copy that is opened for the first time, put what waits in doubt; returns when that was last."""
    if value(db, "select value from meta where name = 'copied'"):
        db.execute("begin immediate")
        try:
            _note(db, now)
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise
    return restored(db)


def restored(db: apsw.Connection) -> Restored:
    """When a copy was last put in the place of this journal."""
    known: dict[str, int] = dict(
        fetch(db, "select name, value from meta where name in ('restored_at', 'restored_seq')")
    )
    return Restored(known.get("restored_at", 0), known.get("restored_seq", 0))


def doubt_before(db: apsw.Connection, at: int) -> None:
    """Put in doubt what waits, and what was received before a moment, unless that was done; everything has to be folded in.

    Args:
        db: the journal's.
        at: when the copy was put in its place, milliseconds since 1970. What came since is not doubted.
    """
    if restored(db).at == at:
        return
    _doubt(db)
    last = value(db, "select seq from event where received < ? order by seq desc limit 1", (at,)) or 0
    db.execute("insert or replace into meta values ('restored_seq', ?)", (last,))
    db.execute("insert or replace into meta values ('restored_at', ?)", (at,))


def _doubt(db: apsw.Connection) -> None:
    db.execute(
        "update outbox set state = 'unknown', code = ? where state in ('queued', 'sending', 'unknown')", (RESTORED,)
    )


def _note(db: apsw.Connection, now: int) -> None:
    # Asked again under the lock: another process may have been faster.
    if not value(db, "select value from meta where name = 'copied'"):
        return
    _doubt(db)
    db.execute("insert or replace into meta select 'restored_seq', ifnull(max(seq), 0) from event")
    db.execute("insert or replace into meta values ('restored_at', ?)", (now,))
    db.execute("delete from meta where name = 'copied'")
