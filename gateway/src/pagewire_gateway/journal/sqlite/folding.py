"""Folding in all that is in memory, step by step."""

import functools

import apsw

from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.ops import Step
from pagewire_gateway.journal.sqlite.statements import WRITING
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.writer import Writer

_ROWS = 4096


def fold_all(writer: Writer, tail: Tail) -> None:
    """Fold in everything up to the newest event; in the thread that writes.

    Raises:
        JournalError: the file cannot be written.
    """
    folded, target = -1, tail.last
    while folded < target:
        step = Step(functools.partial(fold_some, tail))
        writer.work([step])
        if step.error is not None:
            raise step.error
        folded = step.value()


def fold_some(tail: Tail, db: apsw.Connection) -> int:
    """Fold in some rows; returns the place up to which everything is."""
    tail.freeze()
    tail.fold(db, _ROWS)
    folded: int = value(db, WRITING["folded"])
    return folded
