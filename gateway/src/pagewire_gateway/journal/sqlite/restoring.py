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
    known: dict[str, int] = dict(
        fetch(db, "select name, value from meta where name in ('restored_at', 'restored_seq')")
    )
    return Restored(known.get("restored_at", 0), known.get("restored_seq", 0))


def _note(db: apsw.Connection, now: int) -> None:
    # Asked again under the lock: another process may have been faster.
    if not value(db, "select value from meta where name = 'copied'"):
        return
    db.execute(
        "update outbox set state = 'unknown', code = ? where state in ('queued', 'sending', 'unknown')", (RESTORED,)
    )
    db.execute("insert or replace into meta select 'restored_seq', ifnull(max(seq), 0) from event")
    db.execute("insert or replace into meta values ('restored_at', ?)", (now,))
    db.execute("delete from meta where name = 'copied'")
