"""A table in PostgreSQL, one row a line. The primary key is the line's key, so a repeat adds nothing: once means once."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from pagewire_logging.entries import Entry
from pagewire_logging.line import Line
from pagewire_logging.sinks.errors import SinkError

_COLUMNS: Final = """
id text PRIMARY KEY, time timestamptz NOT NULL, schema text NOT NULL, account text NOT NULL,
kind text, person text, line jsonb NOT NULL
"""
_LOCK: Final = 0x7061_6765
"""Of the advisory lock under which the table is made; two processes that make one at once would fail."""
_CONNECT: Final = 4
_OPTIONS: Final = "-c statement_timeout=5000 -c lock_timeout=4000"
_TIDY_EVERY: Final = 300.0
_TIDY_MOST: Final = 10_000
"""Rows that are removed in one go."""
_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


class PostgresSink:
    """Lines in a table, each once.

    Args:
        dsn_file: holds the connection string.
        table: name, or schema and name with a dot between.
        retain_seconds: rows that are older go; 0 for never.
        clock: seconds since 1970.
    """

    most = 1000

    def __init__(
        self, dsn_file: str, table: str, retain_seconds: float = 0, clock: Callable[[], float] = time.time
    ) -> None:
        self._dsn_file = dsn_file
        self._name = table
        self._table = sql.Identifier(*table.split("."))
        self._retain = retain_seconds
        self._clock = clock
        self._tidied = 0.0
        self._connection: psycopg.Connection | None = None

    def append(self, entries: Sequence[Entry]) -> None:
        """Add the rows that are not there, all or none.

        Raises:
            SinkError: the server cannot be reached, or refuses; it tells what to do.
        """
        self._do(lambda connection: self._insert(connection, entries))
        now = self._clock()
        if self._retain and now - self._tidied >= _TIDY_EVERY:
            self._tidied = now
            self._do(lambda connection: self._tidy(connection, now - self._retain))

    def forget(self, account: str, person: str) -> int:
        """Remove a person's rows.

        Raises:
            SinkError: as for `append`.
        """
        statement = sql.SQL("DELETE FROM {} WHERE account = %s AND person = %s").format(self._table)
        return self._do(lambda connection: connection.execute(statement, (account, person)).rowcount)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _do(self, work: "Callable[[psycopg.Connection], int]") -> int:
        """Work in one transaction. A connection that went away meanwhile is made anew once: nothing here harms twice."""
        stale = self._connection is not None
        with self._told():
            try:
                return self._once(work)
            except psycopg.OperationalError:
                self.close()
                if not stale:
                    raise
            return self._once(work)

    def _once(self, work: "Callable[[psycopg.Connection], int]") -> int:
        connection = self._connection or self._connected()
        with connection.transaction():
            return work(connection)

    def _connected(self) -> psycopg.Connection:
        connection = psycopg.connect(
            self._dsn(),
            autocommit=True,
            connect_timeout=_CONNECT,
            options=_OPTIONS,
            application_name="pagewire-logging",
        )
        try:
            with connection.transaction():
                self._prepare(connection)
        except psycopg.Error:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _dsn(self) -> str:
        try:
            return Path(self._dsn_file).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SinkError(f"the file {self._dsn_file} of postgres.dsnFile cannot be read; mount it there") from error

    def _prepare(self, connection: psycopg.Connection) -> None:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        (found,) = connection.execute("SELECT to_regclass(%s)", (self._table.as_string(connection),)).fetchone() or (
            None,
        )
        if found is None:
            connection.execute(sql.SQL("CREATE TABLE {} (" + _COLUMNS + ")").format(self._table))
            connection.execute(sql.SQL("CREATE INDEX ON {} (account, person)").format(self._table))
            connection.execute(sql.SQL("CREATE INDEX ON {} (time)").format(self._table))

    def _insert(self, connection: psycopg.Connection, entries: Sequence[Entry]) -> int:
        statement = sql.SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING")
        with connection.cursor() as cursor:
            cursor.executemany(statement.format(self._table), [_row(one) for one in entries])
            return cursor.rowcount

    def _tidy(self, connection: psycopg.Connection, before: float) -> int:
        statement = sql.SQL("DELETE FROM {0} WHERE id IN (SELECT id FROM {0} WHERE time < %s LIMIT %s)")
        moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=before)
        return connection.execute(statement.format(self._table), (moment, _TIDY_MOST)).rowcount

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            self._lost(error)
            raise SinkError(self._reason(error)) from error

    def _lost(self, error: psycopg.Error) -> None:
        if isinstance(error, psycopg.OperationalError):
            self.close()

    def _reason(self, error: psycopg.Error) -> str:
        """Never the driver's own words: of a string it could not parse they show all, and of a row its values."""
        if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
            return f"the file {self._dsn_file} holds no connection string; write one like postgresql://user:password@host/name"
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return f"the user may not write to table {self._name}; make the table, and grant SELECT, INSERT and DELETE on it"
        if error.sqlstate is None:
            return (
                f"PostgreSQL cannot be reached, or refuses what {self._dsn_file} says; see that it runs, and try psql"
            )
        return f"PostgreSQL does not take rows for table {self._name} (SQLSTATE {error.sqlstate}); see its log"


def _row(entry: Entry) -> tuple[Any, ...]:
    line = entry.line
    person = (getattr(line, "person", None) or getattr(line, "person_hash", None)) if isinstance(line, Line) else None
    kind = line.kind if isinstance(line, Line) else None
    return (entry.key, line.time, line.schema, line.account, kind, person, _document(entry.raw))


def _document(raw: bytes) -> str:
    """PostgreSQL's JSON has no U+0000; what people write may hold one."""
    return _NUL.sub(rb"\1\\ufffd", raw).decode()
