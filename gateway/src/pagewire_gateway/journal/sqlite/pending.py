"""What lanes and outbox read: work that waits, events by place, echoes, conversations."""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import apsw

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway import traces
from pagewire_gateway.journal.port import Outbound, Pending, Stored
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value
from pagewire_gateway.journal.sqlite.layer import shard_of
from pagewire_gateway.journal.sqlite.rows import outbound_of, pending_of, state_of, stored_of
from pagewire_gateway.journal.sqlite.statements import READING, pieces
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.traces import Trace

_PIECE = 8192


def pending(db: apsw.Connection, lane: str, after: int, limit: int) -> list[Pending]:
    """Events the lane has not settled, oldest first."""
    rows = fetch(db, READING["waiting"], {"lane": lane, "after": after, "limit": limit})
    low_water = value(db, READING["low_water"], (lane,))
    if low_water is not None:
        rows += fresh(db, lane, max(after, low_water), limit)
    return [pending_of(row) for row in sorted(rows, key=itemgetter(0))[:limit]]


def fresh(db: apsw.Connection, lane: str, after: int, limit: int) -> list[Row]:
    """Rows of events after a place that a lane has no row for, oldest first.

    One event that cannot be handed out holds the low-water mark back while all after it are done. So pieces in which the lane
    has as many rows as there are places are passed over; only the others are looked at event by event.
    """
    found: list[Row] = []
    end = value(db, READING["last_event"])
    while after < end and len(found) < limit:
        piece = {"lane": lane, "after": after, "upto": min(after + _PIECE, end)}
        if value(db, READING["handed_out"], piece) < piece["upto"] - after:
            found += fetch(db, READING["fresh"], {**piece, "limit": limit - len(found)})
        after = piece["upto"]
    return found


def read(db: apsw.Connection, seqs: Sequence[int]) -> list[Stored]:
    """Events by place, in the order asked."""
    found = {}
    wanted = list(dict.fromkeys(seqs))
    for start, end in pieces(len(wanted)):
        for row in fetch(db, READING.many("events_at", end - start), wanted[start:end]):
            found[row[0]] = stored_of(row)
    return [found[seq] for seq in seqs if seq in found]


def outbox(db: apsw.Connection, after: int, limit: int) -> list[Outbound]:
    """Outbox rows that are not at an end, oldest first."""
    return [outbound_of(row) for row in fetch(db, READING["outbox_open"], (after, limit))]


def echoes(db: apsw.Connection, after: int, limit: int) -> list[Stored]:
    """Echoes after a place, oldest first."""
    return [stored_of(row) for row in fetch(db, READING["echoes"], (after, limit))]


def mids(db: apsw.Connection, conversation: Conversation, since: int) -> set[str]:
    """Message ids of a conversation's outbox rows created since then."""
    asked = {**conversation._asdict(), "since": since}
    return {row[0] for row in fetch(db, READING["mids"], asked)}


def private_replies(db: apsw.Connection, object_: str, account: str, target: str) -> set[str]:
    """Ids of rows that used the private reply of a comment or post, or may have."""
    asked = {"object": object_, "account": account, "target": target}
    return {row[0] for row in fetch(db, READING["private_replies"], asked)}


class Known(NamedTuple):
    """What the tail knows of a conversation; taken before the transaction that reads the rest."""

    place: int
    talks: list[Trace]


def known_of(tail: Tail, key: Conversation) -> Known:
    """What the tail knows, and up to which place."""
    place = tail.last
    return Known(place, tail.talks(key))


def conversation(db: apsw.Connection, key: Conversation, known: Known) -> ConversationState:
    """What is known of a conversation: folded in, in the tail, and appended by another process since; and of what was sent."""
    folded = [list(row) for row in fetch(db, READING["conversation"], (shard_of(key.person), *key))]
    found: list[Trace] = [*folded, *known.talks]
    if value(db, READING["last_event"]) > known.place:
        late = traces.blank()
        for row in fetch(db, READING["conversation_since"], (known.place, *key)):
            traces.note(late, *row)
        found.append(late)
    ((last_sent, unreachable),) = fetch(db, READING["conversation_sent"], key._asdict())
    return state_of(traces.merge(found), last_sent, unreachable)
