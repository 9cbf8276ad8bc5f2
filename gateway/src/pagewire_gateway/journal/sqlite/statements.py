"""Named SQL: the statements stand in ``sql/*.sql``, each under its name."""

import re
from collections.abc import Iterator
from importlib.resources import files

_NAME = re.compile(r"^-- (\w+) --\n", re.MULTILINE)
_EACH = "/*each*/"
STEP = 8
"""Rows of most statements are a multiple of it."""
MOST = 64
"""Most rows of one statement: larger ones gain nothing and crowd the statement cache."""


class Statements:
    """The statements of one file.

    Args:
        file: its name under ``sql``.
    """

    def __init__(self, file: str) -> None:
        text = (files(__package__) / "sql" / file).read_text("utf-8")
        parts = _NAME.split(text)
        self._texts = {name: _without_remarks(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}
        self._shapes: dict[tuple[str, int], str] = {}

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def many(self, name: str, rows: int) -> str:
        """The statement for so many rows."""
        shape = self._shapes.get((name, rows))
        if shape is None:
            before, each, after = self._texts[name].split(_EACH)
            shape = self._shapes[name, rows] = before + ", ".join([each] * rows) + after
        return shape


def pieces(rows: int) -> Iterator[tuple[int, int]]:
    """Cut so many rows into few ranges of few different sizes: multiples of eight, and what is left.

    Each size is a statement of its own to prepare and keep, and between two statements the writer may have to wait for the
    rest of the program.
    """
    start = 0
    while start < rows:
        left = rows - start
        size = min(MOST, left - left % STEP or left)
        yield start, start + size
        start += size


def _without_remarks(body: str) -> str:
    lines = [line for line in body.splitlines() if not line.startswith("--")]
    return "\n".join(lines).strip().removesuffix(";")


WRITING = Statements("writing.sql")
READING = Statements("reading.sql")
