"""Lists events in an index once a block of places is full; see ``migrations/0008_finding.sql``.

It changes nothing that the journal says, so each process that has the file may do it, and another one goes on where it ends.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import apsw

from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.statements import READING, WRITING

log = logging.getLogger(__name__)

BLOCK: Final = 2048
"""Places of a block. The statements and the migration say it, too."""


class Listing:
    """Keeps the index up.

    Args:
        write: has something done to this file only.
    """

    def __init__(self, write: Callable[[Callable[[apsw.Connection], Any]], Awaitable[Any]]) -> None:
        self._write = write

    async def run(self, readers: Reads) -> int:
        """List every full block that is not; returns how many that were. What fails now is done the next time."""
        done = 0
        try:
            while (number := await readers.run(next_block)) is not None:
                await self._write(partial(list_block, number=number))
                done += 1
        except JournalError as error:
            log.info("events are listed later: %s", error)
        return done


def next_block(db: apsw.Connection) -> int | None:
    """The first full block that is not listed, if there is one."""
    last = value(db, READING["last_block"])
    number = value(db, READING["first_event"]) // BLOCK if last is None else last + 1
    return int(number) if value(db, READING["last_event"]) >= (number + 1) * BLOCK - 1 else None


def list_block(db: apsw.Connection, number: int) -> None:
    """List a block; in a transaction of the writer."""
    span = {"from": number * BLOCK, "to": (number + 1) * BLOCK}
    db.execute(WRITING["learn_kinds"], span)
    db.execute(WRITING["learn_accounts"], span)
    db.execute(WRITING["list_block"], {**span, "block": number})
    db.execute(WRITING["note_block"], {**span, "block": number})
