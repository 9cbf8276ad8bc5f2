"""Is a request needed at all, and who may write a person now?

A person is *resting* for `interval` after the sink acknowledged an upsert. Whoever rests and is merely seen again needs no
request: the last of these touches is sent when the rest is over. Whatever is forgotten here is only sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import islice, takewhile
from typing import Any

from pagewire.stores import Store
from pagewire_crm_sync import identity
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.contact import Contact, Key, differs_in_last_seen_only, merge
from pagewire_crm_sync.outcome import DONE, Done, Later, Outcome, Rejected
from pagewire_crm_sync.remembered import Remembered
from pagewire_crm_sync.target import Target

RESTING = 20_000
"""Most people of a sink that are remembered; beyond, each touch makes a request."""
STOP_SECONDS = 10.0
"""Longest time for what waits when the gateway stops."""
_AT_ONCE = 100

Complete = Callable[[Contact], Awaitable[Contact]]
_log = logging.getLogger(__name__)


class People:
    """The people of one sink.

    Args:
        sink: where upserts go.
        clock: the time.
        interval: seconds of rest after an acknowledged upsert; 0 sends every touch.
        capacity: most people who rest at a time.
    """

    def __init__(self, sink: Target, clock: Clock, interval: float, capacity: int = RESTING) -> None:
        self._sink = sink
        self._notebook = sink.notebook
        self._clock = clock
        self._interval = interval
        self._capacity = capacity
        self._people: dict[Key, Remembered] = {}
        self._resting: dict[Key, Remembered] = {}
        self._flights: set[asyncio.Task[Outcome]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def keep(self, facts: Contact, complete: Complete, store: Callable[[], Store]) -> Outcome:
        """Bring the facts of one event to the sink, or find that they are there.

        Args:
            facts: of the event.
            complete: adds what the gateway knows, called only if a request is needed.
            store: gives that of the conversation; what the target was told is kept there if the target wants that.
        """
        person = self._enter(facts.key)
        try:
            async with person.lock:
                await person.landed()
                if self._notebook and person.store is None:
                    await self._recall(person, store())
                if self._needless(person, facts):
                    return DONE
                held = self._sink.held()
                if held is not None:
                    return held
                if person.store is not None:
                    facts = _with(person.identity.contact, facts)  # a CRM overwrites, so it is sent the whole
                whole = await complete(_with(person.pending, facts))
                return await asyncio.shield(self._fly(person, whole))
        finally:
            self._leave(person)

    async def forget(self, key: Key) -> None:
        """Remember nothing of a person any more, once no upsert of theirs is under way."""
        person = self._enter(key)
        try:
            async with person.lock:
                await person.landed()
                person.acked = person.pending = person.store = None
                self._resting.pop(key, None)
        finally:
            self._leave(person)

    async def flush(self) -> None:
        """Send what waits for the end of a rest, and wait for everything under way, `STOP_SECONDS` at most."""
        self._stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.wait((self._sweeper,))
        waiting = [person for person in self._resting.values() if person.pending is not None]
        trails = {asyncio.create_task(self._trail(person, now=True)) for person in waiting}
        await _finish(lambda: {*trails, *self._flights})
        unsent = sum(person.pending is not None for person in self._resting.values())
        if unsent:
            _log.warning("stopped before the sink took lastSeen of %d contacts", unsent)
        self._resting.clear()

    async def _recall(self, person: Remembered, store: Store) -> None:
        """Read what an earlier process told the target; what it told in another shape has to be told again."""
        person.identity = await identity.recall(store, self._notebook)
        person.store = store
        if person.identity.shape == self._sink.shape:
            person.acked = person.identity.contact

    async def _write_down(self, person: Remembered, store: Store, done: Done, contact: Contact) -> None:
        told = person.identity.told(done, self._sink.shape, contact)
        await identity.keep(store, self._notebook, told)
        person.identity = told

    def _needless(self, person: Remembered, facts: Contact) -> bool:
        """Whether the sink has the facts, or their only news can wait; then they are kept as pending."""
        if person.acked is None:
            return False
        known = _with(person.acked, facts)
        if known == person.acked:
            return True
        if self._clock.monotonic() >= person.rested or not differs_in_last_seen_only(person.acked, known):
            return False
        person.pending = _with(person.pending, facts)
        return True

    def _fly(self, person: Remembered, contact: Contact, *, trailing: bool = False) -> asyncio.Task[Outcome]:
        person.users += 1
        person.flight = flight = asyncio.create_task(self._upsert(person, contact, trailing=trailing))
        self._flights.add(flight)
        flight.add_done_callback(lambda done: self._land(person, done))
        return flight

    async def _upsert(self, person: Remembered, contact: Contact, *, trailing: bool) -> Outcome:
        """Send, and remember what came of it even if nobody waits for it any more."""
        outcome = await self._sink.upsert(contact)
        if isinstance(outcome, Done):
            if person.store is not None:
                await self._write_down(person, person.store, outcome, contact)
            person.acked = _with(person.acked, contact)
            person.pending = None
            person.rested = self._clock.monotonic() + self._interval
            self._rest(person)
        elif trailing and isinstance(outcome, Later):
            self._rest(person)
        elif trailing and isinstance(outcome, Rejected):
            _log.warning("lastSeen of a contact is lost: %s", outcome.reason)
            person.pending = None
        return outcome

    def _land(self, person: Remembered, flight: asyncio.Task[Outcome]) -> None:
        self._flights.discard(flight)
        if person.flight is flight:
            person.flight = None  # a task that has ended is large, and a person rests for long
        failure = None if flight.cancelled() else flight.exception()
        if failure is not None and person.key in self._resting:
            _log.error("an upsert failed with %s", type(failure).__name__)
            self._rest(person)
        self._leave(person)

    def _rest(self, person: Remembered) -> None:
        """Let the sweeper look at this person after an interval; the order of insertion is the order of `due`."""
        self._resting.pop(person.key, None)
        if not self._interval or len(self._resting) >= self._capacity:
            return
        person.due = self._clock.monotonic() + self._interval
        self._resting[person.key] = person
        if not self._stopping and (self._sweeper is None or self._sweeper.done()):
            self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        while self._resting:
            wait = next(iter(self._resting.values())).due - self._clock.monotonic()
            if wait > 0:
                await self._clock.sleep(wait)
                continue
            now = self._clock.monotonic()
            ripe = takewhile(lambda person, now=now: person.due <= now, self._resting.values())  # type: ignore[misc]
            await asyncio.gather(*(self._trail(person) for person in list(islice(ripe, _AT_ONCE))))

    async def _trail(self, person: Remembered, *, now: bool = False) -> None:
        """A rest is over: send what was seen in it, or forget the person."""
        person.users += 1
        try:
            async with person.lock:
                await person.landed()
                if person.due > self._clock.monotonic() and not now:
                    return
                if person.pending is None or person.acked is None:
                    self._resting.pop(person.key, None)
                    return
                await asyncio.wait((self._fly(person, merge(person.acked, person.pending), trailing=True),))
        finally:
            self._leave(person)

    def _enter(self, key: Key) -> Remembered:
        person = self._people.get(key)
        if person is None:
            person = self._people[key] = Remembered(key)
        person.users += 1
        return person

    def _leave(self, person: Remembered) -> None:
        person.users -= 1
        if not person.users and person.key not in self._resting:
            self._people.pop(person.key, None)


def _with(known: Contact | None, facts: Contact) -> Contact:
    return facts if known is None else merge(known, facts)


async def _finish(tasks: Callable[[], set[asyncio.Task[Any]]]) -> None:
    """Wait for tasks, and give up what takes too long."""
    if tasks():
        await asyncio.wait(tasks(), timeout=STOP_SECONDS)
    late = {task for task in tasks() if not task.done()}
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)
