"""One run: people write without pause while the gateway is killed again and again."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable

from tests.chaos.ledger import Ledger, Number, Person, close_books
from tests.pagewire_gateway import making
from tests.whole.system import System, running_system

PEOPLE = 150
"""So many that nobody writes twenty messages during an outage: Meta shows no more than a conversation's newest twenty."""
_PAUSE = 0.02
"""Seconds between two messages: a load that a simulated Meta on the same two cores delivers again after each outage."""
_ROWS = """select id, event_seq, state, attempts, created, began, mid, error, at from outbox
           where cast(body as text) like ?"""
_SPEED = 20.0
"""Simulated seconds a second: Meta's retry after 15 s comes within one."""


async def run(rounds: int, seed: int, tell: Callable[[str], None] = lambda _: None) -> Ledger:
    """Kill the gateway `rounds` times under load, let everything settle, and close the books.

    Args:
        rounds: kills.
        seed: of the moments.
        tell: gets a line a round.
    """
    chance = random.Random(seed)
    async with running_system(speed=_SPEED) as system:
        people = People(system)
        talking = asyncio.ensure_future(people.talk())
        for number in range(1, rounds + 1):
            await asyncio.sleep(chance.uniform(0.2, 2.0))
            await system.gateway.kill()
            await system.gateway.start()
            tell(
                f"round {number}: killed and back, {len(people.said)} messages so far, {len(system.sim.sends)} replies"
            )
        people.stop = True
        await talking
        tell("no more kills; waiting until everything is delivered and settled")
        await people.all_delivered()
        await system.settled(120)
        books = await people.books()
        if not books.clean:
            tell(people.evidence())
        return books


class People:
    """Those who write, on Messenger and on Instagram."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.said: dict[Number, Person] = {}
        self.mids: dict[str, Number] = {}
        self.stop = False

    async def talk(self) -> None:
        """Write numbered messages, people in turn."""
        number = 0
        while not self.stop:
            number += 1
            account = making.PAGE if number % 3 else making.INSTAGRAM
            person = f"person {number % PEOPLE}"
            mid = await self._system.sim.say(account, person, f"no {number}")
            self.said[number] = self._system.sim.scoped_id(account, person)
            self.mids[mid] = number
            await asyncio.sleep(_PAUSE)

    async def all_delivered(self) -> None:
        """Wait until Meta has its 200 for every message."""
        async with asyncio.timeout(300):
            while len(self._acknowledged()) < len(self.said):
                await asyncio.sleep(1)

    def _acknowledged(self) -> set[Number]:
        done: set[Number] = set()
        for delivery in self._system.sim.deliveries:
            if delivery.status == 200:
                done.update(self.mids[mid] for mid in delivery.mids if mid in self.mids)
        return done

    async def books(self) -> Ledger:
        """The ledger of the run."""
        books = (self.said, self._acknowledged(), self._journal(), self._hook_calls(), self._replies())
        return close_books(*books, parked=self._parked())

    def _parked(self) -> set[Number]:
        with sqlite3.connect(f"file:{self._system.folder / 'data' / 'journal.db'}?mode=ro", uri=True) as database:
            rows = database.execute("select cast(body as text) from outbox where state = 'parked'").fetchall()
        return {int(json.loads(body)["text"].removeprefix("re ")) for (body,) in rows}

    def evidence(self) -> str:
        """What is known of every reply that was not sent exactly once."""
        counts = Counter(number for _, number in self._replies())
        twice = [number for number in self.said if counts[number] != 1]
        lines = [f"sends of {number}: {self._sends_of(number)}" for number in twice]
        with sqlite3.connect(f"file:{self._system.folder / 'data' / 'journal.db'}?mode=ro", uri=True) as database:
            for number in twice:
                found = database.execute(_ROWS, (f'%"re {number}"%',))
                lines += [f"row of {number}: {row}" for row in found]
                lines.append(f"event of {number}: {self._lanes_of(database, number)}")
        return "\n".join(lines)

    def _sends_of(self, number: Number) -> list[tuple[object, ...]]:
        found = (send for send in self._system.sim.sends if send.message and send.message["text"] == f"re {number}")
        return [(send.object, send.time, send.mid, send.metadata, send.status, send.fault) for send in found]

    def _lanes_of(self, database: sqlite3.Connection, number: Number) -> list[tuple[object, ...]]:
        said = (f'%"no {number}"%',)
        return database.execute(
            "select event.seq, delivery.* from event left join delivery using (seq) where cast(raw as text) like ?",
            said,
        ).fetchall()

    def _journal(self) -> list[Number]:
        with sqlite3.connect(f"file:{self._system.folder / 'data' / 'journal.db'}?mode=ro", uri=True) as database:
            rows = database.execute("select raw from event where kind = 'message' order by seq").fetchall()
        return [self.mids[json.loads(raw)["message"]["mid"]] for (raw,) in rows]

    def _hook_calls(self) -> list[tuple[Person, Number]]:
        numbers = self._numbers_by_event()
        lines = [json.loads(line) for line in (self._system.folder / "events.jsonl").read_text().splitlines()]
        return [(line["person"], numbers[line["id"]]) for line in lines if line["id"] in numbers]

    def _numbers_by_event(self) -> dict[str, Number]:
        with sqlite3.connect(f"file:{self._system.folder / 'data' / 'journal.db'}?mode=ro", uri=True) as database:
            rows = database.execute("select id, raw from event where kind = 'message'").fetchall()
        return {_hex(id_): self.mids[json.loads(raw)["message"]["mid"]] for id_, raw in rows}

    def _replies(self) -> list[tuple[Person, Number]]:
        sends = (send for send in self._system.sim.sends if send.message is not None)
        return [(send.person, int(send.message["text"].removeprefix("re "))) for send in sends]


def _hex(value: bytes | str) -> str:
    return value.hex() if isinstance(value, bytes) else value
