"""Asking a connection, with types that can be worked with."""

from collections.abc import Mapping, Sequence
from typing import Any

import apsw

Row = tuple[Any, ...]
Bindings = Sequence[Any] | Mapping[str, Any]


def fetch(db: apsw.Connection, sql: str, bindings: Bindings = ()) -> list[Row]:
    """All rows."""
    return db.execute(sql, bindings).fetchall()


def value(db: apsw.Connection, sql: str, bindings: Bindings = ()) -> Any:
    """The only value of the first row, ``None`` if there is no row."""
    found = db.execute(sql, bindings).fetchone()
    return None if found is None else found[0]
