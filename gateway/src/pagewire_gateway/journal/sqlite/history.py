"""How an event came to where it is: attempts of each lane, answers to each request."""

import apsw

from pagewire_gateway.journal.port import AnswerView, AttemptView, History
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.statements import READING


def history(db: apsw.Connection, place: int) -> History:
    """Of the event at a place."""
    return History(
        attempts=tuple(AttemptView(*row) for row in fetch(db, READING["attempts_of"], (place,))),
        answers=tuple(AnswerView(*row) for row in fetch(db, READING["answers_of"], (place,))),
        reach={id_: (arrived, seen) for id_, arrived, seen in fetch(db, READING["reach_of"], (place,))},
    )
