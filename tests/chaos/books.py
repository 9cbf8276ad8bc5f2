"""Reads what a run left behind: the journal through its own port, and the traces of the plugins."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from msgspec import Struct

from pagewire_gateway.journal.port import EventFilter, EventView, Journal, Outbound
from tests.chaos.ledger import Ledger, Number, close_books
from tests.chaos.people import People

OpenJournal = Callable[[], Journal]
_PAGE = 1000


class Found(Struct):
    """The messages of a journal."""

    journal: list[Number]
    by_event: dict[str, Number]
    views: dict[Number, EventView]
    parked: set[Number]


async def read(journals: Iterable[OpenJournal], mids: dict[str, Number]) -> Found:
    """Read every message there is, journal by journal: a conversation is in one of them, whole."""
    views = [view for open_journal in journals for view in await _read(open_journal)]
    numbers = [mids[json.loads(view.stored.item.raw)["message"]["mid"]] for view in views]
    by_event = {view.stored.id: number for view, number in zip(views, numbers, strict=True)}
    parked = {_number(row) for view in views for row in view.outbox if row.state == "parked"}
    return Found(numbers, by_event, dict(zip(numbers, views, strict=True)), parked)


async def _read(open_journal: OpenJournal) -> list[EventView]:
    journal = open_journal()
    await journal.start()
    try:
        return [view async for view in _all(journal)]
    finally:
        await journal.aclose()


async def _all(journal: Journal) -> AsyncIterator[EventView]:
    """Every message, in the order of the journal."""
    after = 0
    last = (await journal.stats()).last_seq
    while after < last:
        for view in await journal.events(
            EventFilter(after=after, before=after + _PAGE + 1, kind="message", limit=_PAGE)
        ):
            yield view
        after += _PAGE


def _number(row: Outbound) -> Number:
    return int(json.loads(row.body)["text"].removeprefix("re "))


def trace(path: Path, found: Found) -> list[Number]:
    """The messages whose event ids a plugin wrote down."""
    lines = path.read_text().splitlines() if path.exists() else []
    ids = [json.loads(line)["id"] if line.startswith("{") else line for line in lines]
    return [found.by_event[id_] for id_ in ids if id_ in found.by_event]


def balance(people: People, found: Found, traces: dict[str, Path]) -> Ledger:
    """The ledger of a run."""
    calls = {plugin: trace(path, found) for plugin, path in traces.items()}
    return close_books(
        people.said, people.acknowledged(), found.journal, calls, people.answered(), frozenset(found.parked)
    )


def evidence(people: People, found: Found) -> str:
    """What is known of every message that was not answered exactly once."""
    answered = people.answered()
    odd = [number for number in people.said if answered.count(number) != 1]
    return "\n".join(f"{number}: answered {answered.count(number)} times, {found.views.get(number)}" for number in odd)
