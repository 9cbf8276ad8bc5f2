"""What Meta told of people, and why it did not, as rows."""

import apsw
import msgspec
from msgspec import Struct

from pagewire.context import Person
from pagewire.people import ScopedId
from pagewire_gateway.journal.sqlite.asking import fetch

_person = msgspec.json.Decoder(Person)


class Known(Struct, frozen=True, kw_only=True):
    """The answer to a look-up.

    Attributes:
        person: what Meta told; ``None`` if it did not.
        code: of its refusal, 0 if it told or did not answer.
        subcode: of its refusal.
        fetched: when it told, milliseconds since 1970.
        until: asked again after that.
    """

    person: Person | None
    code: int = 0
    subcode: int = 0
    fetched: int
    until: int


def read(db: apsw.Connection, who: ScopedId) -> Known | None:
    """What is known of a person."""
    sql = "select body, code, subcode, fetched, until from profile where object = ? and account = ? and id = ?"
    for body, code, subcode, fetched, until in fetch(db, sql, who):
        person = _person.decode(body) if body is not None else None
        return Known(person=person, code=code, subcode=subcode, fetched=fetched, until=until)
    return None


def write(db: apsw.Connection, who: ScopedId, known: Known) -> None:
    """Keep what is known of a person."""
    body = msgspec.json.encode(known.person) if known.person is not None else None
    row = (*who, body, known.code, known.subcode, known.fetched, known.until)
    db.execute("insert or replace into profile values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def drop_older(db: apsw.Connection, before: int) -> int:
    """Drop profiles that nobody could read again since then."""
    db.execute("delete from profile where fetched < ?", (before,))
    return db.changes()
