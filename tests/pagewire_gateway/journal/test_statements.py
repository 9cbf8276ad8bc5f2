"""The named SQL: all of it is used, fits the schema, and finds what it asks for without reading everything."""

import re
from pathlib import Path

import pytest

from pagewire_gateway.journal import jetstream, sqlite
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date
from pagewire_gateway.journal.sqlite.statements import READING, WRITING, Statements, pieces

CODE = "".join(file.read_text() for part in (sqlite, jetstream) for file in Path(part.__file__).parent.glob("*.py"))
EVERY = [
    *(pytest.param(WRITING, name, id=f"writing {name}") for name in WRITING),
    *(pytest.param(READING, name, id=f"reading {name}") for name in READING),
]


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "journal.db"
    make_file(path)
    db = open_writer(path)
    bring_up_to_date(db, path)
    db.execute(WRITING["make_trail"])  # only files that follow a stream have it
    yield db
    db.close()


def sql_of(statements: Statements, name: str, rows: int = 3) -> str:
    return statements.many(name, rows) if "/*each*/" in statements[name] else statements[name]


@pytest.mark.parametrize(("statements", "name"), EVERY)
def test_it_fits_the_schema(db, statements, name):
    prepared = db.execute("explain " + sql_of(statements, name), bindings(sql_of(statements, name)))
    assert prepared.fetchall()


@pytest.mark.parametrize(("statements", "name"), EVERY)
def test_it_is_used(statements, name):
    assert f'"{name}"' in CODE


@pytest.mark.parametrize(("statements", "name"), EVERY)
def test_it_reads_no_large_table_from_end_to_end(db, statements, name):
    sql = sql_of(statements, name)
    plan = [row[-1] for row in db.execute("explain query plan " + sql, bindings(sql)).fetchall()]
    scans = [step for step in plan if re.match(r"SCAN (e|d|o|event|delivery|outbox|seen|conversation)\b", step)]
    large = [
        step for step in scans if not re.search(r"INDEX (delivery|outbox)_(waiting|parked|open|ended|untold)", step)
    ]
    assert large == FIRST_ROW.get(name, [])


FIRST_ROW = {"extent": ["SCAN event"], "newest": ["SCAN event"]}
"""A scan in the order of places, from either end, that ends with its first row."""


def bindings(sql: str) -> dict[str, None] | tuple[None, ...]:
    """Nothing for each parameter."""
    names = re.findall(r":(\w+)", sql)
    numbered = re.findall(r"\?(\d)", sql)
    return dict.fromkeys(names) if names else (None,) * (max(map(int, numbered)) if numbered else sql.count("?"))


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 63, 64, 65, 127, 128, 200])
def test_pieces_cover_every_row_once_with_few_sizes(rows):
    cut = list(pieces(rows))
    assert [place for start, end in cut for place in range(start, end)] == list(range(rows))
    assert {end - start for start, end in cut} <= {*range(1, 8), *range(8, 65, 8)}
    assert len(cut) <= rows // 64 + 2


def test_a_statement_is_repeated_row_by_row():
    assert WRITING.many("fold_ids", 2).count("(?, ?)") == 2
    assert WRITING.many("fold_ids", 2) is WRITING.many("fold_ids", 2)
