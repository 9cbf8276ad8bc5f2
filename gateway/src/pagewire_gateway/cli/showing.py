"""Things as a table, as JSON, or as a line of JSON each."""

from collections.abc import Mapping, Sequence
from typing import Any

from pagewire.terminal.output import Format, print_json, print_jsonl, print_rows


def show(whole: Any, rows: Sequence[Mapping[str, Any]], names: Sequence[str], output: str, nothing: str) -> None:
    """Print in the format that was asked for.

    Args:
        whole: what JSON shows.
        rows: what a table and lines show.
        names: the columns of the table, which are fields of the rows.
        output: the format.
        nothing: what is said to people if there are no rows.
    """
    if output == Format.JSON:
        print_json(whole)
    elif output == Format.JSONL:
        print_jsonl(rows)
    else:
        print_rows(names, [tuple(row[name] or "" for name in names) for row in rows], nothing)
