"""What is asked for, and how far it is."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from pagewire_gateway.journal.port import EventFilter, What

Sends = Literal["none", "new", "all"]
"""Which replies of a replay may go out: none, they are only shown; those that did not go out before; or all of them, again."""
JobState = Literal["running", "done", "cancelled", "failed"]

MOST_A_SECOND = 1000


class Order(Struct, frozen=True, kw_only=True):
    """What to do with which work.

    Attributes:
        query: events to hand to plugins again; ``None`` for parked work.
        plugin: one lane, or all; of parked work, only what is parked for it.
        what: of parked work, only this kind.
        cause: of parked work, only what has this cause.
        drop: give parked work up instead.
        sends: which replies may go out; parked events were never handled, so theirs always do.
        rate: at most so many a second.
    """

    query: EventFilter | None = None
    plugin: str | None = None
    what: What | None = None
    cause: str | None = None
    drop: bool = False
    sends: Sends = "none"
    rate: Annotated[int, Meta(ge=1, le=MOST_A_SECOND)] = 50


class Job(Struct, kw_only=True):
    """An order at work.

    Attributes:
        by: who asked for it.
        started: milliseconds since 1970; what came later is left alone.
        ended: the same; 0 while it runs.
        total: how many there were when it began.
        more: there were even more.
        looked: how many it is through with.
        done: (event, plugin) put back, requests sent again, or things given up.
        cursor: place of the last event of the piece it is at.
        number: of that piece, from 1 on.
        ids: events of that piece, kept before they are put back: after a kill it is asked for again, and done once.
        problem: why it failed.
    """

    id: str
    order: Order
    by: str
    started: int
    ended: int = 0
    state: JobState = "running"
    total: int = 0
    more: bool = False
    looked: int = 0
    done: int = 0
    cursor: int = 0
    number: int = 0
    ids: tuple[str, ...] = ()
    problem: str = ""


def nameless(job: Job) -> Job:
    """A job that is over, as it stays: it must not name anybody."""
    if job.order.query is None or job.order.query.person is None:
        return structs.replace(job)
    return structs.replace(job, order=structs.replace(job.order, query=structs.replace(job.order.query, person="")))
