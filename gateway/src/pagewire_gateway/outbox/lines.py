"""Who waits in memory: a line for each conversation, whose first row is the one that is being worked on."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from pagewire.events import Conversation
from pagewire_gateway.deadlines import end_within
from pagewire_gateway.journal.port import LeaseLost, Outbound
from pagewire_gateway.outbox.gate import AccountKey, Gate
from pagewire_gateway.outbox.notes import Notes

log = logging.getLogger(__name__)


def line_of(row: Outbound) -> Conversation:
    """The line in which a row waits: its conversation; a private reply to nobody known has one of its own."""
    return row.conversation if row.conversation.person else row.conversation._replace(person=row.target)


class Lines:
    """Works rows off, one after the other in each line.

    Args:
        step: brings a row a step further; returns it as it stands, or ``None`` at its end.
        notes: what is known of rows while they are here.
        most: lines at work at a time, those that rest not counted.
        per_account: those of one account.

    Attributes:
        stopped: nothing is begun any more; the journal has what waits.
    """

    def __init__(
        self, step: Callable[[Outbound], Awaitable[Outbound | None]], notes: Notes, most: int, per_account: int
    ) -> None:
        self.stopped = True
        self._step = step
        self._notes = notes
        self._queues: dict[Conversation, deque[Outbound]] = {}
        self._tasks: dict[Conversation, asyncio.Task[None]] = {}
        self._ended_since: list[set[str]] = []
        self._size = 0
        self._gate = Gate(self._begin, most, per_account)

    def __contains__(self, line: Conversation) -> bool:
        return line in self._queues

    def __len__(self) -> int:
        return self._size

    def add(self, rows: Sequence[Outbound]) -> None:
        """Let rows stand in their lines, in order."""
        self._size += len(rows)
        for row in rows:
            line = line_of(row)
            self._queues.setdefault(line, deque()).append(row)
            self._work(line)

    def aside(self, row: Outbound) -> AbstractContextManager[None]:
        """While a row rests, so that its line takes nobody's place."""
        return self._gate.aside(line_of(row))

    def keep(self, line: Conversation) -> None:
        """Let nobody else begin a line: the first row of it comes at once."""
        self._queues[line] = deque()

    def release(self, line: Conversation) -> None:
        """The row for which a line was kept does not come."""
        if not self._queues.get(line) and line not in self._tasks:
            self._queues.pop(line, None)

    def rest_of(self, row: Outbound) -> list[Outbound]:
        """Take out the later parts of the same answer."""
        queue = self._queues[line_of(row)]
        rest = [
            one for one in queue if one is not queue[0] and (one.event_id, one.plugin) == (row.event_id, row.plugin)
        ]
        for one in rest:
            queue.remove(one)
            self._forget(one)
        return rest

    def known(self) -> set[str]:
        """Ids of the rows that are here."""
        return {row.id for queue in self._queues.values() for row in queue}

    def note_ends(self) -> set[str]:
        """A set that gathers the ids of the rows that end from now on, until `ends_noted`."""
        ended: set[str] = set()
        self._ended_since.append(ended)
        return ended

    def ends_noted(self, ended: set[str]) -> None:
        """Gather no more."""
        self._ended_since = [one for one in self._ended_since if one is not ended]

    def heads(self) -> Iterator[tuple[AccountKey, int, bool, Outbound]]:
        """Each line's account, how many rows are in it, whether its first is at Meta, and that first."""
        for line, queue in self._queues.items():
            if queue:
                yield (line.object, line.account), len(queue), queue[0].id in self._notes.begun, queue[0]

    async def quiet(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing of these lines is on its way any more; what only waits is cut short."""
        for line in conversations:
            task = self._tasks.get(line)
            if task is None:
                continue
            if not any(row.id in self._notes.begun for row in self._queues.get(line, ())):
                task.cancel()
            # What is at Meta already ends by itself, at the latest with its time-out.
            await asyncio.wait([task])

    def go_on(self, line: Conversation) -> None:
        """Work a line off that was made quiet."""
        if self._queues.get(line):
            self._work(line)

    def clear(self) -> None:
        """Forget who waits; the journal has them."""
        self._gate.clear()
        self._queues.clear()
        self._size = 0

    async def stop(self, grace: float) -> None:
        """Begin nothing more; let requests in flight end."""
        self.stopped = True
        self._gate.clear()
        await end_within(grace, list(self._tasks.values()))
        self.clear()

    def _work(self, line: Conversation) -> None:
        if line not in self._tasks and line not in self._gate and self._gate.enter(line):
            self._begin(line)

    def _begin(self, line: Conversation) -> None:
        self._tasks[line] = asyncio.get_running_loop().create_task(self._drain(line))

    async def _drain(self, line: Conversation) -> None:
        queue = self._queues[line]
        try:
            while queue and not self.stopped:
                row = await self._step(queue[0])
                if row is None:
                    self._forget(queue.popleft())
                else:
                    queue[0] = row
        except LeaseLost:
            log.warning("another process took over the outbox")
        finally:
            self._tasks.pop(line, None)
            if not queue:
                self._queues.pop(line, None)
            self._gate.leave(line)

    def _forget(self, row: Outbound) -> None:
        self._size -= 1
        self._notes.forget(row)
        for ended in self._ended_since:
            ended.add(row.id)
