"""How far each account is healed, as rows beside those of people."""

import apsw
import msgspec

from pagewire_gateway.healing.port import Healed
from pagewire_gateway.journal.sqlite.asking import fetch

_run = msgspec.json.Decoder(Healed)


def begin(db: apsw.Connection, object_: str, account: str, now: int) -> tuple[int, int]:
    """Since when an account is looked after, and up to when it is healed; one that is new begins now."""
    fresh = msgspec.json.encode(Healed(object=object_, account=account, since=now, until=now, began=now, ended=now))
    db.execute("insert into healing values (?, ?, ?, ?, ?) on conflict do nothing", (object_, account, now, now, fresh))
    ((born, healed),) = fetch(
        db, "select born, healed from healing where object = ? and account = ?", (object_, account)
    )
    return born, healed


def note(db: apsw.Connection, run: Healed) -> None:
    """Remember a run that ended; one that came to its end moves the mark on if it began at the mark or before."""
    key = (run.object, run.account)
    db.execute("update healing set run = ? where object = ? and account = ?", (msgspec.json.encode(run), *key))
    if not run.error:
        db.execute(
            "update healing set healed = max(healed, ?) where object = ? and account = ? and healed >= ?",
            (run.until, *key, run.since),
        )


def runs(db: apsw.Connection) -> list[tuple[Healed, int]]:
    """The latest run of each account, and up to when it is healed."""
    rows = fetch(db, "select run, healed from healing order by object, account")
    return [(_run.decode(run), healed) for run, healed in rows]
