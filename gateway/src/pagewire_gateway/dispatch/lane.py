"""One plugin's ordered way through the journal, conversation by conversation."""

import asyncio
import heapq
import logging
from bisect import insort
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import msgspec

from pagewire_gateway.deadlines import Grace, end_within
from pagewire_gateway.dispatch.hands import Hands
from pagewire_gateway.dispatch.order import Source, source_of, turn
from pagewire_gateway.journal.port import Journal, JournalError, LeaseLost, Pending, Stored

log = logging.getLogger(__name__)

Key = tuple[str, str, str] | int
SETTLED, HELD = -1, -2
Handle = Callable[[Pending, Callable[[int], None]], Awaitable[None]]
"""Handles one event, and tells, then or later: `SETTLED`, `HELD`, or when to try again (ms); or nothing if it has to stop."""

Note = Callable[[Pending], Awaitable[None]]

_PAGE = 1000
_STUMBLE = 1000
"""Milliseconds until a conversation goes on after the journal did not answer."""
_KEPT_WHOLE = 8
"""Events waiting behind one another in a conversation that stay in memory; of the rest only the place is kept."""


class Stopping(Exception):
    """The lane stops; the event stays as it is."""


class Lane:
    """Keeps what waits, hands out what may go, and knows up to where everything is settled.

    Args:
        plugin: the lane's name.
        journal: where events that are not in memory are read from.
        handle: what to do with an event.
        note: gives an event that is held a row of its own in the journal.
        concurrency: events at work at a time.
        window: events in memory before the lane reads on only as room appears.
        clock: milliseconds since 1970.
        start: place up to which everything is settled.
    """

    def __init__(
        self,
        plugin: str,
        journal: Journal,
        handle: Handle,
        note: Note,
        *,
        concurrency: int,
        window: int,
        clock: Callable[[], int],
        start: int,
    ) -> None:
        self.plugin = plugin
        self._journal = journal
        self._handle = handle
        self._note = note
        self.wants: Callable[[Pending], bool] | None = None
        """Whether an event is any of the plugin's business; all others are passed over. ``None``: all are."""
        self._window = window
        self._clock = clock
        self._queues: dict[Key, deque[Pending | int]] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._hands = Hands(self._go, concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[Source, list[int]] = {}
        self._open: list[int] = []
        self._settled: set[int] = set()
        self._ended_since: list[set[int]] = []
        self._newer: dict[int, Pending] = {}
        self._loaded = 0
        self._cursor = start
        self._tail = start
        self._reading = False
        self._fed = False
        self._fresh: list[Stored] = []
        self._stopped = False
        self._full = False
        """Somebody waits for room."""
        self._room = asyncio.Event()

    # What comes in -----------------------------------------------------------------------------------------------

    def feed(self, stored: Sequence[Stored]) -> None:
        """Take events that just became durable; if they leave a gap, or there is no room, they are read later."""
        self._tail = max(self._tail, stored[-1].seq)
        self._fed = True
        if self._stopped:
            return
        if self._reading:
            self._fresh += stored if len(self._fresh) < self._window else ()
        elif not self._take(stored):
            self.catch_up()

    def _take(self, stored: Sequence[Stored]) -> bool:
        """Offer events that follow the cursor without a gap; ``False`` once one does not, or there is no room."""
        for event in stored:
            if event.seq <= self._cursor:
                continue
            if event.seq != self._cursor + 1 or self._loaded >= self._window:
                return False
            self._offer(Pending(stored=event))
        return True

    def look(self) -> None:
        """Look for events that other processes appended, unless events come in anyway: those would show a gap."""
        if not self._fed:
            self.catch_up()
        self._fed = False

    def catch_up(self) -> None:
        """Read what the journal has beyond the last event taken."""
        if not self._reading and not self._stopped:
            self._reading = True
            self._spawn(self._read_on())

    async def _read_on(self) -> None:
        limit = min(_PAGE, self._window)
        try:
            while not self._stopped:
                tail = self._tail
                rows = await self._journal.pending(self.plugin, self._cursor, limit)
                for row in rows:
                    await self._wait_for_room()
                    if row.stored.seq > self._cursor:
                        self._offer(row)
                if len(rows) == limit:
                    continue
                # All up to the tail was there to be read, so what did not come needs nothing of this plugin; and what
                # came since is at hand, unless it was too much.
                self._cursor = max(self._cursor, tail)
                fresh, self._fresh = self._fresh, []
                if self._take(fresh) and self._cursor >= self._tail:
                    return
        finally:
            self._reading = False
            self._fresh = []

    async def _wait_for_room(self) -> None:
        while self._loaded >= self._window and not self._stopped:
            self._full = True
            self._room.clear()
            await self._room.wait()

    async def again(self, after: int) -> None:
        """Take up work that was put back into the lane at or before the cursor: replays, and events held until now."""
        ended: set[int] = set()
        self._ended_since.append(ended)
        place = after
        try:
            while True:
                ended.clear()
                rows = await self._journal.pending(self.plugin, place, _PAGE)
                # What ended, or came in, while the page was read is not taken from it: the page is older.
                known = self._waiting_places() | ended
                for row in rows:
                    place = row.stored.seq
                    if place <= self._cursor and place not in known:
                        self._offer(row)
                    elif row.generation or row.due:
                        self._newer[place] = row
                        self._hurry(row)
                if not rows or place > self._cursor:
                    return
        finally:
            self._ended_since.remove(ended)

    def _hurry(self, row: Pending) -> None:
        """A person wants it now: do not wait for the next attempt's time."""
        key: Key = row.stored.item.conversation or row.stored.seq
        timer = self._timers.get(key)
        if timer is not None and row.due <= self._clock():
            timer.cancel()
            self._wake(key)

    def _waiting_places(self) -> set[int]:
        # Rare (replays only), so a scan is cheaper than keeping a second index up to date for every event.
        places = {row if isinstance(row, int) else row.stored.seq for queue in self._queues.values() for row in queue}
        return places.union(*self._held.values())

    def _end(self, seq: int) -> None:
        self._settled.add(seq)
        for ended in self._ended_since:
            ended.add(seq)

    def _offer(self, pending: Pending) -> None:
        seq = pending.stored.seq
        self._cursor = max(self._cursor, seq)
        if self.wants is not None and not self.wants(pending):
            return
        heapq.heappush(self._open, seq)
        self._settled.discard(seq)
        conversation = pending.stored.item.conversation
        key: Key = conversation or seq
        queue = self._queues.get(key)
        if queue is None:
            self._queues[key] = deque((pending,))
            self._loaded += 1
            if pending.due:
                self._start(key, pending.due)
            elif not self._stopped:
                self._hands.offer(key)
        elif len(queue) < _KEPT_WHOLE:
            self._loaded += 1
            queue.insert(turn(queue, seq), pending)
        else:
            queue.insert(turn(queue, seq), seq)

    # What goes out -----------------------------------------------------------------------------------------------

    def _start(self, key: Key, due: int) -> None:
        delay = (due - self._clock()) / 1000
        if self._stopped:
            return
        if delay <= 0:
            self._hands.offer(key)
        else:
            self._timers[key] = asyncio.get_running_loop().call_later(delay, self._wake, key)

    def _wake(self, key: Key) -> None:
        del self._timers[key]
        self._hands.offer(key)

    async def _go(self, key: Key) -> None:
        """Handle the first event of a conversation."""
        try:
            queue = self._queues[key]
            head = queue[0]
            pending = head if isinstance(head, Pending) else await self._read_head(queue, head)
            if pending is None:
                queue.popleft()
                self._next(key)
            elif self._held and self._is_held_up(pending.stored):
                self._came_to(key, pending, HELD)
            else:
                await self._handle(pending, partial(self._came_to, key, pending))
        except (Stopping, LeaseLost):
            return  # The journal has all that is left, for whoever leads next.
        except Exception:
            # The journal may not answer for a moment. The conversation goes on where it was, and nobody overtakes.
            log.exception("lane %s stumbled; the conversation goes on in a second", self.plugin)
            self._start(key, self._clock() + _STUMBLE)

    def _is_held_up(self, stored: Stored) -> bool:
        """Whether an older event of the account is still held: nobody overtakes in a conversation."""
        held = self._held.get(source_of(stored))
        return held is not None and bool(held) and held[0] < stored.seq

    def _came_to(self, key: Key, pending: Pending, due: int) -> None:
        """Go on with a conversation once the outcome of its first event is known, and durable."""
        seq, queue = pending.stored.seq, self._queues[key]
        newer = self._newer.pop(seq, None) if self._newer else None
        if newer is not None and newer.generation > pending.generation:
            queue[0] = newer
        elif due == HELD:
            self._hold(pending)
            self._pop(queue)
        elif due == SETTLED:
            self._end(seq)
            self._pop(queue)
        else:
            queue[0] = msgspec.structs.replace(pending, attempts=pending.attempts + 1, due=due)
            self._start(key, due)
            return
        self._next(key)

    def _next(self, key: Key) -> None:
        if not self._queues[key]:
            del self._queues[key]
        elif not self._stopped:
            self._hands.offer(key)

    async def _read_head(self, queue: "deque[Pending | int]", head: int) -> Pending | None:
        rows = await self._journal.pending(self.plugin, head - 1, 1)
        if not rows or rows[0].stored.seq != head:
            self._end(head)
            return None
        self._loaded += 1
        queue[0] = rows[0]
        return rows[0]

    def _pop(self, queue: "deque[Pending | int]") -> None:
        queue.popleft()
        self._loaded -= 1
        if self._full and self._loaded < self._window:
            self._full = False
            self._room.set()

    # What cannot go yet ------------------------------------------------------------------------------------------

    def _hold(self, pending: Pending) -> None:
        # Without its body, until the registry knows its account or the configuration is mended.
        insort(self._held.setdefault(source_of(pending.stored), []), pending.stored.seq)
        self._spawn(self._note_held(pending))

    async def _note_held(self, pending: Pending) -> None:
        seq = pending.stored.seq
        try:
            await self._note(pending)
        except JournalError as error:
            log.warning("lane %s: an event that is held holds the low-water mark back: %s", self.plugin, error)
            return
        if seq in self._held.get(source_of(pending.stored), ()):
            # It has a row by which it is found again, so the low-water mark may pass.
            self._end(seq)

    def held(self) -> list[Source]:
        """What events are held for."""
        return list(self._held)

    async def review(self) -> None:
        """Offer the oldest held event of each source again, so that one which waited too long is parked."""
        for source, held in list(self._held.items()):
            if held:
                await self._release_up_to(source, held[0])

    async def release(self, account: Source) -> None:
        """Offer the events held for a source again, oldest first; what comes meanwhile is held behind them."""
        done = 0
        while (held := self._held.get(account)) and held[0] > done:
            # Nothing that came back, because its configuration still does not fit, is offered a second time.
            done = await self._release_up_to(account, held[-1])

    async def _release_up_to(self, account: Source, last: int) -> int:
        seq = 0
        while (held := self._held.get(account)) and seq < held[0] <= last:
            seq = held[0]
            rows = await self._journal.pending(self.plugin, seq - 1, 1)
            await self._wait_for_room()
            if self._stopped or not held or held[0] != seq:
                return last
            held.pop(0)
            if not held:
                del self._held[account]
            if rows and rows[0].stored.seq == seq:
                self._offer(rows[0])
            else:
                self._end(seq)
        return last

    # What others ask ---------------------------------------------------------------------------------------------

    def low_water(self) -> int:
        """Everything up to and including this place is settled, or needs nothing of this plugin."""
        while self._open and self._open[0] in self._settled:
            seq = heapq.heappop(self._open)
            while self._open and self._open[0] == seq:
                heapq.heappop(self._open)
            self._settled.discard(seq)
        return self._open[0] - 1 if self._open else self._cursor

    @property
    def waiting(self) -> int:
        """Events taken and not settled."""
        return sum(len(queue) for queue in self._queues.values()) + sum(len(seqs) for seqs in self._held.values())

    @property
    def oldest(self) -> int:
        """When the oldest event came in that waits for its plugin alone, milliseconds since 1970; 0 if none does.

        Not what is held: that waits for a person, whom something else tells so.
        """
        heads = (queue[0] for queue in self._queues.values())
        return min((head.stored.received for head in heads if isinstance(head, Pending)), default=0)

    @property
    def blocked(self) -> int:
        """Conversations that wait for a retry."""
        return len(self._timers)

    async def stop(self, grace: float) -> None:
        """Start nothing more; let what runs end within `grace` seconds, then cancel it."""
        self._stopped = True
        self._room.set()
        for timer in self._timers.values():
            timer.cancel()
        shared = Grace(grace)
        await self._hands.stop(grace)
        await end_within(shared.left, list(self._tasks))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            loop = asyncio.get_running_loop()
            loop.call_exception_handler({"message": f"lane {self.plugin} stumbled", "exception": error, "task": task})
