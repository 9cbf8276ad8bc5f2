"""Which schema the file has, and the way to the one this program knows.

How to write a migration: add ``migrations/<next number>_<what>.sql`` with the statements that lead from the schema before to
the new one, and a remark on top that says why. It runs in one transaction, once, at the first start of a program that has
it; other processes wait meanwhile, so whatever reads the whole journal belongs into a step of its own that runs while
the journal is at work. A program of the version before may still have the file open: add tables, columns with defaults and
indices; do not rename or drop what it uses. Never change a migration that was released. ``tests/.../test_schema.py`` upgrades a
populated journal from each version.
"""

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import apsw
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import value

APPLICATION = 0x50575752
"""``application_id`` of a journal: "PWWR" in ASCII. Other SQLite files are left alone."""

_NAME = re.compile(r"^(\d{4})_(\w+)\.sql$")


class Migration(Struct, frozen=True):
    """One step from a schema to the next."""

    version: int
    name: str
    sql: str


def migrations(package: Traversable | None = None) -> list[Migration]:
    """Every migration this program knows, in order: the journal's, or those of another package with such a folder."""
    found = []
    for file in ((package or files(__package__)) / "migrations").iterdir():
        match = _NAME.match(file.name)
        if match:
            found.append(Migration(int(match[1]), match[2], file.read_text("utf-8")))
    return sorted(found, key=lambda migration: migration.version)


def bring_up_to_date(
    db: apsw.Connection, path: Path, steps: Sequence[Migration] | None = None, *, application: int = APPLICATION
) -> list[str]:
    """Run the migrations the file lacks, each in one transaction; returns their names.

    Raises:
        JournalError: the file is not a journal, or of a newer program.
    """
    known = migrations() if steps is None else steps
    _check(db, path, known[-1].version, application)
    return [step.name for step in known if _run(db, path, step, known[-1].version, application)]


def _check(db: apsw.Connection, path: Path, newest: int, application: int) -> None:
    found = value(db, "pragma application_id")
    if found != application and value(db, "select count(*) from sqlite_schema"):
        raise JournalError(
            f"{path} is an SQLite database of another program, not a Pagewire journal; name another path for the journal"
        )
    has = value(db, "pragma user_version")
    if has > newest:
        writer = value(db, "select value from meta where name = 'written_by'")
        raise JournalError(
            f"the journal {path} has schema {has}, and this program knows schemas up to {newest}: it needs pagewire-gateway "
            f"{writer} or newer. Install that, or restore a backup made before the upgrade"
        )


def _run(db: apsw.Connection, path: Path, step: Migration, newest: int, application: int) -> bool:
    if step.version <= value(db, "pragma user_version"):
        return False
    db.execute("begin exclusive")
    try:
        # Asked again under the lock: another process may have been faster.
        _check(db, path, newest, application)
        due = bool(step.version > value(db, "pragma user_version"))
        if due:
            db.execute(step.sql)
            db.execute(f"pragma user_version = {step.version}")
            db.execute(f"pragma application_id = {application}")
            db.execute("insert or replace into meta values ('written_by', ?)", (program_version(),))
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
    return due


def program_version() -> str:
    """Version of the installed gateway."""
    try:
        return version("pagewire-gateway")
    except PackageNotFoundError:
        return "unreleased"
