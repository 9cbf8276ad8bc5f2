"""What commands print: data on stdout, words for people on stderr."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import click
import msgspec
from rich.console import Console, OverflowMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

_LEAST = 6
"""Columns of the screen that a column of a table that goes on keeps."""
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


def print_rows(
    headings: Sequence[str],
    rows: Iterable[Iterable[object]],
    empty: str,
    *,
    header: bool = True,
    widths: Mapping[str, int] | None = None,
) -> None:
    """A table, or on stderr the sentence that says why there is none.

    Args:
        headings: of the columns. One that is called ``id`` is never broken, for people copy what is in it.
        rows: a cell a column.
        empty: the sentence.
        header: whether headings are shown; not where a table goes on.
        widths: columns of the screen for each heading, so that a table that goes on keeps its shape whatever comes. A terminal
            that has not so many gets all of them narrower, always in the same way; in a file or a pipe what is longer juts out.
    """
    found = [[shown(cell) for cell in row] for row in rows]
    if not found:
        say(empty)
        return
    if widths and not _is_terminal():
        _print_padded(
            [[heading.upper() for heading in headings], *found][not header :], [widths[one] for one in headings]
        )
        return
    fixed = _fitted(widths, stdout().width) if widths else {}
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    for heading in headings:
        whole = not _is_terminal() or heading == "id"
        overflow: OverflowMethod = "ignore" if whole else "fold"
        table.add_column(heading.upper(), overflow=overflow, no_wrap=whole, width=fixed.get(heading))
    for row in found:
        table.add_row(*row)
    stdout().print(table)


def _fitted(widths: Mapping[str, int], room: int) -> dict[str, int]:
    """Widths for a terminal: the widest column gives way first, ``id`` never."""
    found = dict(widths)
    giving = [name for name in found if name != "id"]
    while sum(found.values()) + 2 * (len(found) - 1) > room:
        widest = max(giving, key=found.__getitem__)
        if found[widest] <= _LEAST:
            break
        found[widest] -= 1
    return found


def _print_padded(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    """Rows for a file or a pipe: nothing is cut."""
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def shown(cell: object) -> str:
    """A cell as text without control characters: what Meta sends must not steer a terminal."""
    text = "" if cell is None else str(cell)
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)


def _is_terminal() -> bool:
    return sys.stdout.isatty()
