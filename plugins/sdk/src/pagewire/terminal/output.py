"""What commands print: data on stdout, words for people on stderr."""

import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

WIDE = 250
"""Columns of a table that goes into a file or a pipe, where nothing should be cut."""


class Format(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


def stdout() -> Console:
    """Where data goes. rich leaves colours out without a terminal and with ``NO_COLOR``."""
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False, width=None if _is_terminal() else WIDE)


def stderr() -> Console:
    """Where words for people go."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def progress() -> Progress:
    """Bars on stderr for long work; nothing where nobody watches."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stderr(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def say(text: str) -> None:
    """A word for people."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    """One JSON document, indented."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def print_jsonl(values: Iterable[Any]) -> None:
    """One JSON document a line."""
    for value in values:
        click.echo(msgspec.json.encode(value))


def print_rows(headings: Sequence[str], rows: Iterable[Iterable[object]], empty: str, *, header: bool = True) -> None:
    """A table, or on stderr the sentence that says why there is none.

    Args:
        headings: of the columns. One that is called ``id`` is never broken, for people copy what is in it.
        rows: a cell a column.
        empty: the sentence.
        header: whether headings are shown; not where a table goes on.
    """
    found = [[shown(cell) for cell in row] for row in rows]
    if not found:
        say(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    for heading in headings:
        whole = not _is_terminal() or heading == "id"
        table.add_column(heading.upper(), overflow="ignore" if whole else "fold", no_wrap=whole)
    for row in found:
        table.add_row(*row)
    stdout().print(table)


def shown(cell: object) -> str:
    """A cell as text without control characters: what Meta sends must not steer a terminal."""
    text = "" if cell is None else str(cell)
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)


def _is_terminal() -> bool:
    return sys.stdout.isatty()
