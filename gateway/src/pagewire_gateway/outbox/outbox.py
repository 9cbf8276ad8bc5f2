"""All outbound requests: in order a conversation, paced an account, and sent once as far as Meta lets anyone."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from pagewire.events import Conversation
from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.admin.ports import AccountOutbox
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.budgets.threads import Threads
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.deadlines import Grace, end_within
from pagewire_gateway.journal.port import Journal, Outbound, Stored
from pagewire_gateway.outbox.barrier import Barrier
from pagewire_gateway.outbox.book import Book
from pagewire_gateway.outbox.channels import Channels
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.course import Course, Parts
from pagewire_gateway.outbox.doubtful import Doubtful
from pagewire_gateway.outbox.doubts import Doubts
from pagewire_gateway.outbox.echoes import SENDS
from pagewire_gateway.outbox.gate import AccountKey
from pagewire_gateway.outbox.intake import Intake
from pagewire_gateway.outbox.judge import Judge
from pagewire_gateway.outbox.lessons import Lessons, Notebook
from pagewire_gateway.outbox.lines import Lines
from pagewire_gateway.outbox.notes import Notes
from pagewire_gateway.outbox.pace import Pace
from pagewire_gateway.outbox.rests import Rests
from pagewire_gateway.outbox.screens import Ends, Screens
from pagewire_gateway.outbox.sender import Sender
from pagewire_gateway.outbox.silence import Silence
from pagewire_gateway.outbox.suspects import Suspects
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.telemetry import metrics


class Outbox:
    """Sends what plugins asked for.

    Args:
        journal: where the rows are.
        registry: accounts and their tokens.
        clients: who speaks for an account.
        settings: see `OutboxSettings`.
        budgets: what each account may ask of Meta, shared with everything else that calls Meta.
        clock: milliseconds since 1970.
        lessons: where what Meta teaches is kept.
        silence: says which rows must not go out.
    """

    def __init__(
        self,
        journal: Journal,
        registry: Registry,
        clients: GraphClients,
        settings: OutboxSettings,
        budgets: Budgets,
        clock: Callable[[], int],
        lessons: Lessons,
        silence: Silence,
    ) -> None:
        self._journal = journal
        self._settings = settings
        self._clock = clock
        self._budgets = budgets
        self._registry = registry
        self._notebook = Notebook(lessons, clock)
        self._rests = Rests(self._notebook, clock)
        self._chores: set[asyncio.Task[None]] = set()
        self._judge = Judge(journal, self._notebook, clock)
        self._pace = Pace(Threads(settings.limits, clock), settings.concurrency, settings.per_account)
        notes = Notes()
        # As many again get ready while those at Meta wait for it.
        self._lines = Lines(self._step, notes, 2 * settings.concurrency, 2 * settings.per_account)
        self._intake = Intake(journal, self._lines, settings.window)
        self._book = Book(journal, self._lines.rest_of, clock)
        self._barrier = Barrier(self._book, notes, settings, clock)
        channels = Channels(registry, budgets, settings.pause)
        self._doubts = Doubts(journal, clients, settings, channels.of, clock)
        suspects = Suspects(notes, budgets, self._judge.memory)
        doubtful = Doubtful(self._doubts, self._book, suspects, settings, clock)
        sender = Sender(clients, settings, clock)
        parts = Parts(
            channels, self._pace, self._judge, self._barrier, sender, self._rests, suspects, doubtful, self._book, notes
        )
        self._course = Course(parts, clock, silence, self._lines)
        self._looked = clock()
        metrics.outbox_troubles.read = self._troubles
        metrics.outbox_waiting.read = lambda: [((), float(self.waiting()))]

    async def _step(self, row: Outbound) -> Outbound | None:
        further = await self._course.step(row)
        if further is None and self._intake.left:
            self._intake.look_for_room()
        return further

    def listen(self, screening: Screens, reports: Ends) -> None:
        """Ask plugins before a message goes, and tell them what became of their replies."""
        self._barrier.screening = screening
        self._book.reports = reports

    async def start(self, fence: int) -> None:
        """Take up the rows that are left from before; those that may have been sent are looked for first."""
        self._lines.clear()
        self._book.fence = fence
        lessons = await self._notebook.current()
        self._rests.recall(lessons, self._budgets)
        await self._judge.recall(lessons)
        self._lines.stopped = False
        self._intake.begin()
        await self._intake.collect()

    async def look(self) -> None:
        """Take up what another process put back: parked work that was replayed through its admin port."""
        now, pause = self._clock(), int(self._settings.look_every * 1000)
        if not self._lines.stopped and now >= self._looked + pause:
            self._looked = now
            await self._intake.collect(created_before=now - pause)
            await self._collect_reports()

    async def replay(self, ids: Sequence[str]) -> int:
        """Send parked requests again, and tell plugins again what they could not be told; returns how many were taken up."""
        count = await self._journal.replay_outbound(ids)
        if not self._lines.stopped:
            await self._intake.collect(frozenset(ids))
            await self._collect_reports()
        return count

    async def _collect_reports(self) -> None:
        if self._book.reports is not None:
            await self._book.reports.collect()

    def observe(self, stored: Sequence[Stored]) -> None:
        """Take in events that just became durable: people who write open windows, echoes prove sends."""
        for event in stored:
            self._judge.observe(event)
            if event.item.kind == "message_echo":
                self._doubts.see(event)
                if TRACING.on:
                    SENDS.heard(event)

    def reserve(self, conversation: Conversation) -> bool:
        """Whether a reply to this conversation would go out at once; if so, the turn is kept for the caller."""
        budget = self._budgets.of((conversation.object, conversation.account))
        busy = self._lines.stopped or self._intake.left or conversation in self._lines
        if busy or not self._pace.ready(conversation, budget):
            return False
        budget.spend()
        self._lines.keep(conversation)
        return True

    def give_back(self, conversation: Conversation) -> None:
        """The reserved turn is not needed."""
        self._budgets.of((conversation.object, conversation.account)).give_back()
        self._lines.release(conversation)

    def take(self, rows: Sequence[Outbound]) -> None:
        """Send these rows, in order, when it is their turn."""
        if self._lines.stopped:
            return  # The journal has them, and whoever leads next collects them.
        self._intake.take(rows)

    async def forget(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing that is silenced is on its way any more. What waits for its turn is left to the journal to end."""
        await self._lines.quiet(conversations)
        for conversation in conversations:
            self._judge.memory.forget(conversation)
            self._lines.go_on(conversation)

    def registry_changed(self) -> None:
        """A token may have been mended: accounts that rest try again at once."""
        for lesson in self._judge.unlearn(self._registry.apps()):
            chore = asyncio.ensure_future(self._notebook.drop(lesson))
            self._chores.add(chore)
            chore.add_done_callback(self._chores.discard)
        self._budgets.registry_changed()

    def waiting(self) -> int:
        """How many requests are in memory, the ones at Meta included."""
        return len(self._lines)

    def _troubles(self) -> list[tuple[tuple[str, ...], float]]:
        ailing = Counter((key[0], str(budget.trouble)) for key, budget in self._budgets if budget.trouble)
        return [(labels, float(count)) for labels, count in ailing.items()]

    def status(self) -> list[AccountOutbox]:
        """Accounts with something waiting, or at rest."""
        waiting: Counter[AccountKey] = Counter()
        flying: Counter[AccountKey] = Counter()
        doubts: dict[AccountKey, list[Outbound]] = {}
        for key, count, begun, first in self._lines.heads():
            waiting[key] += count
            flying[key] += begun
            if first.state == "unknown":
                doubts.setdefault(key, []).append(first)
        ailing = {key for key, budget in self._budgets if budget.trouble or budget.paused_until > self._clock()}
        keys = sorted(waiting.keys() | ailing)
        return [self._status(key, waiting[key], flying[key], doubts.get(key, [])) for key in keys]

    def _status(self, key: AccountKey, waiting: int, flying: int, doubts: Sequence[Outbound]) -> AccountOutbox:
        budget = self._budgets.of(key)
        resting = budget.paused_until > self._clock()
        told = max(doubts, key=lambda row: row.began or 0).error if doubts else ""
        return AccountOutbox(
            object=key[0],
            account=key[1],
            waiting=waiting,
            in_flight=flying,
            paused_until=budget.paused_until if resting else None,
            reason=budget.reason if resting or budget.trouble else told,
            trouble=budget.trouble,
            unclear=len(doubts),
        )

    async def stop(self, grace: float) -> None:
        """Begin nothing more; let requests in flight end. What stays open is in the journal."""
        shared = Grace(grace)
        await self._intake.stop()
        await self._lines.stop(shared.left)
        await end_within(shared.left, list(self._chores))
