"""All outbound requests: in order a conversation, paced an account, and sent once as far as Meta lets anyone."""

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence

import msgspec

from pagewire.events import Conversation
from pagewire.replies import Reply, Sending, decode, encode
from pagewire_gateway.admin.ports import AccountOutbox
from pagewire_gateway.budgets import Budget, Budgets
from pagewire_gateway.budgets.calls import Call
from pagewire_gateway.budgets.threads import Threads
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Journal, JournalError, LeaseLost, Outbound, OutboxMark, OutboxState, Stored
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.compose import is_best_effort
from pagewire_gateway.outbox.doubts import Doubts
from pagewire_gateway.outbox.judge import Judge
from pagewire_gateway.outbox.reconcile import Absent, Found
from pagewire_gateway.outbox.screens import Ends, Failed, Held, Screens
from pagewire_gateway.outbox.sender import Sender
from pagewire_gateway.outbox.verdict import Verdict
from pagewire_gateway.outbox.wishes import call_of, wish_of
from pagewire_gateway.policy import Decision, Reason, Refuse, Send, Wait
from pagewire_gateway.registry.port import Account, Registry
from pagewire_gateway.retry import Again, decide
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_JOURNAL_PAUSE = 1.0
_STUMBLE = 5.0
_NEWER = "no reply that this version of Pagewire knows: a newer one stored it; update Pagewire, then replay it"
_UNPROVED = "whether it was sent cannot be proved any more; replay it if the person has not got it"

AccountKey = tuple[str, str]


def line_of(row: Outbound) -> Conversation:
    """The line in which a row waits: its conversation; a private reply to nobody known has one of its own."""
    return row.conversation if row.conversation.person else row.conversation._replace(person=row.target)


class Outbox:
    """Sends what plugins asked for.

    Args:
        journal: where the rows are.
        registry: accounts and their tokens.
        clients: who speaks for an account.
        settings: see `OutboxSettings`.
        budgets: what each account may ask of Meta, shared with everything else that calls Meta.
        clock: milliseconds since 1970.
        silenced: whether a row must not go out, as its person asked to be forgotten; the journal ends it.
        gone: the same by the event it answers.
    """

    def __init__(
        self,
        journal: Journal,
        registry: Registry,
        clients: GraphClients,
        settings: OutboxSettings,
        budgets: Budgets,
        clock: Callable[[], int],
        silenced: Callable[[Outbound], bool] = lambda _row: False,
        gone: Callable[[Stored], bool] = lambda _stored: False,
    ) -> None:
        self.screening: Screens | None = None
        """Asks plugins before a message goes."""
        self.reports: Ends | None = None
        """Tells plugins what became of their replies."""
        self._journal = journal
        self._silenced = silenced
        self._gone = gone
        self._registry = registry
        self._clients = clients
        self._sender = Sender(clients, settings, clock)
        self._settings = settings
        self._clock = clock
        self._judge = Judge(journal, clock)
        self._queues: dict[Conversation, deque[Outbound]] = {}
        self._tasks: dict[Conversation, asyncio.Task[None]] = {}
        self._budgets = budgets
        self._threads = Threads(settings.limits, clock)
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._doubts = Doubts(journal, clients, settings, self._channel)
        self._begun: set[str] = set()
        self._untagged: set[str] = set()
        self._failures: dict[str, int] = {}
        self._ended_since: list[set[str]] = []
        self._looked = clock()
        self._fence = 0
        self._stopped = True
        metrics.outbox_troubles.read = self._troubles
        metrics.outbox_waiting.read = lambda: [((), float(sum(len(queue) for queue in self._queues.values())))]

    # What comes in -----------------------------------------------------------------------------------------------

    async def start(self, fence: int) -> None:
        """Take up the rows that are left from before; those that may have been sent are looked for first."""
        self._queues.clear()
        self._fence = fence
        self._stopped = False
        await self.collect()

    async def collect(self, only: frozenset[str] | None = None, created_before: int | None = None) -> None:
        """Take up open rows that are not in memory; what may have been sent already is looked for first.

        Args:
            only: ids to take, while others are being sent: what is read of those may be old by now.
            created_before: leave younger rows alone; whoever settles just now hands them over himself.
        """
        ended: set[str] = set()
        self._ended_since.append(ended)
        rows: list[Outbound] = []
        try:
            while page := await self._journal.outbox(rows[-1].seq if rows else 0):
                rows += page
        finally:
            self._ended_since.remove(ended)
        known = ended.union(row.id for queue in self._queues.values() for row in queue)
        rows = [row for row in rows if row.id not in known and (only is None or row.id in only)]
        rows = [row for row in rows if created_before is None or row.created < created_before]
        self.take([row if row.state == "queued" else msgspec.structs.replace(row, state="unknown") for row in rows])

    async def look(self) -> None:
        """Take up what another process put back: parked requests that were replayed through its admin port."""
        now, pause = self._clock(), int(self._settings.look_every * 1000)
        if not self._stopped and now >= self._looked + pause:
            self._looked = now
            await self.collect(created_before=now - pause)

    async def replay(self, ids: Sequence[str]) -> int:
        """Send parked requests again; returns how many were taken up."""
        count = await self._journal.replay_outbound(ids)
        if not self._stopped:
            await self.collect(frozenset(ids))
        return count

    def observe(self, stored: Sequence[Stored]) -> None:
        """Take in events that just became durable: people who write open windows, echoes prove sends."""
        for event in stored:
            self._judge.observe(event)
            if event.item.kind == "message_echo":
                self._doubts.see(event)

    def reserve(self, conversation: Conversation) -> bool:
        """Whether a reply to this conversation would go out at once; if so, the turn is kept for the caller."""
        if self._stopped or conversation in self._queues or self._slots.locked():
            return False
        budget = self._budgets.of((conversation.object, conversation.account))
        if not budget.ready() or self._threads.delay(conversation) > 0:
            return False
        budget.spend()
        self._queues[conversation] = deque()
        return True

    def give_back(self, conversation: Conversation) -> None:
        """The reserved turn is not needed."""
        self._budgets.of((conversation.object, conversation.account)).give_back()
        if not self._queues.get(conversation) and conversation not in self._tasks:
            self._queues.pop(conversation, None)

    def take(self, rows: Sequence[Outbound]) -> None:
        """Send these rows, in order, when it is their turn."""
        if self._stopped:
            return  # The journal has them, and whoever leads next collects them.
        for row in rows:
            line = line_of(row)
            self._queues.setdefault(line, deque()).append(row)
            if line not in self._tasks:
                self._tasks[line] = asyncio.ensure_future(self._drain(line))

    async def forget(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing that is silenced is on its way any more. What waits for its turn is left to the journal to end."""
        for conversation in conversations:
            task = self._tasks.get(conversation)
            if task is None:
                continue
            if not any(row.id in self._begun for row in self._queues.get(conversation, ())):
                task.cancel()
            # What is at Meta already ends by itself, at the latest with its time-out.
            await asyncio.wait([task])
        for conversation in conversations:
            self._judge.memory.forget(conversation)
            if self._queues.get(conversation) and conversation not in self._tasks:
                self._tasks[conversation] = asyncio.ensure_future(self._drain(conversation))

    def registry_changed(self) -> None:
        """A token may have been mended: accounts that rest try again at once."""
        self._judge.registry_changed()
        self._budgets.registry_changed()

    # What goes out -----------------------------------------------------------------------------------------------

    async def _drain(self, conversation: Conversation) -> None:
        queue = self._queues[conversation]
        try:
            while queue and not self._stopped:
                row = await self._step(queue[0])
                if row is None:
                    self._forget(queue.popleft())
                else:
                    queue[0] = row
        except LeaseLost:
            log.warning("another process took over the outbox")
        finally:
            self._tasks.pop(conversation, None)
            if not queue:
                self._queues.pop(conversation, None)

    def _forget(self, row: Outbound) -> None:
        self._untagged.discard(row.id)
        self._failures.pop(row.id, None)
        for ended in self._ended_since:
            ended.add(row.id)

    async def _step(self, row: Outbound) -> Outbound | None:
        try:
            return await self._one(row)
        except LeaseLost:
            raise
        except Exception:
            # Order matters more than haste: the conversation waits, and what may have gone out is looked for first.
            log.exception("outbox stumbled over a conversation of account %s", row.conversation.account)
            await asyncio.sleep(_STUMBLE)
            doubtful = row.state != "queued" or row.id in self._begun
            return msgspec.structs.replace(row, state="unknown") if doubtful else row
        finally:
            self._begun.discard(row.id)

    async def _one(self, row: Outbound) -> Outbound | None:
        """Bring one row a step further; returns it as it stands, or ``None`` at its end."""
        if self._silenced(row):
            return None
        try:
            reply = decode(row.body)
        except msgspec.DecodeError:
            await self._end(row, Verdict(state="parked", reason=_NEWER, code="unreadable"))
            return None
        return await self._further(row, reply)

    async def _further(self, row: Outbound, reply: Reply) -> Outbound | None:
        if row.state == "unknown":
            return await self._settle_doubt(row, reply)
        await self._until(row.due)
        account, token, budget = await self._channel(row)
        call = call_of(reply)
        await self._turn(row, call, budget)
        try:
            if self.screening is not None and self.screening.asked(account):
                screened = await self._screen(self.screening, account, row, reply)
                if not isinstance(screened, tuple):
                    return screened
                row, reply = screened
            async with self._slots:
                return await self._send(row, reply, account, token, budget)
        finally:
            budget.ended() if row.id in self._begun else budget.give_back(call)

    async def _turn(self, row: Outbound, call: Call, budget: Budget) -> None:
        """Wait until the thread, and then the account, may take the row."""
        if row.state == "sending":
            # Its turn as a message was reserved, and spent, when its event was settled.
            if call == "message":
                return
            budget.give_back()
        if call != "action" and (delay := self._threads.delay(row.conversation)) > 0:
            await asyncio.sleep(delay)
        await budget.turn(call, row.plugin)

    async def _send(self, row: Outbound, reply: Reply, account: Account, token: str, budget: Budget) -> Outbound | None:
        """Make the request, if the rules allow it now: what was allowed when the reply was made may not be after the wait."""
        decision = await self._decide(account, row, reply)
        if not isinstance(decision, Send):
            return await self._not_allowed(row, reply, decision)
        if self._stopped:
            return row
        if self._silenced(row) or await self._answers_gone(row):
            return None
        self._begun.add(row.id)
        if not is_best_effort(reply):
            self._threads.spend(row.conversation)
        row = await self._begin(row)
        verdict = await self._sender.send(account, token, row, reply, budget, decision)
        if verdict.error is not None:
            self._judge.learn(account, row, verdict.error)
        return await self._apply(row, verdict, budget)

    async def _answers_gone(self, row: Outbound) -> bool:
        """A private reply does not say whom it is for: the comment does, or it was emptied."""
        return bool(row.target) and any(map(self._gone, await self._journal.read([row.event_seq])))

    async def _screen(
        self, screening: Screens, account: Account, row: Outbound, reply: Reply
    ) -> tuple[Outbound, Reply] | Outbound | None:
        """Ask the plugins that stand in the way: the message as it may go, or what becomes of the row if it may not."""
        if row.altered or not isinstance(reply, Sending):
            return row, reply
        said = await screening.screen(account, row, reply)
        if isinstance(said, Held):
            await self._end(row, Verdict(state="refused", reason=said.reason, code="held_back"))
            return None
        if isinstance(said, Failed):
            return await self._put_back(row, said.reason)
        if said.reply is reply:
            return row, reply
        # Stored before anything is sent: whatever happens then, this is the message, and nobody makes another one of it.
        row = msgspec.structs.replace(row, body=encode(said.reply), altered=True)
        await self._record(OutboxMark(id=row.id, state=row.state, body=row.body, at=self._clock()))
        return row, said.reply

    async def _put_back(self, row: Outbound, why: str) -> Outbound | None:
        # Counted apart: the row's own attempts tell how often it may have gone out.
        failures = self._failures[row.id] = self._failures.get(row.id, 0) + 1
        decision = decide(self._settings.retry, failures, random.random())  # noqa: S311 - jitter
        if not isinstance(decision, Again):
            await self._end(row, Verdict(state="parked", reason=why, code="before_send"))
            return None
        due = self._clock() + int(decision.after * 1000)
        await self._record(
            OutboxMark(id=row.id, state="queued", due=due, error=why, code="before_send", at=self._clock())
        )
        return msgspec.structs.replace(row, state="queued", due=due, error=why, code="before_send")

    async def _decide(self, account: Account, row: Outbound, reply: Reply) -> Decision:
        wish = wish_of(reply)
        if row.id in self._untagged:
            wish = msgspec.structs.replace(wish, untagged=True)
        return await self._judge.decide(account, row, wish)

    async def _not_allowed(self, row: Outbound, reply: Reply, decision: Wait | Refuse) -> Outbound | None:
        """The rules say no, or not yet."""
        if isinstance(decision, Refuse):
            state: OutboxState = "dropped" if is_best_effort(reply) else "refused"
            await self._end(row, Verdict(state=state, reason=decision.why, code=decision.reason))
            return None
        now = self._clock()
        await self._record(
            OutboxMark(id=row.id, state="queued", due=decision.until, error=decision.why, code=decision.reason, at=now)
        )
        return msgspec.structs.replace(row, state="queued", due=decision.until, error=decision.why)

    async def _until(self, due: int) -> None:
        delay = (due - self._clock()) / 1000
        if delay > 0:
            await asyncio.sleep(delay)

    async def _channel(self, row: Outbound) -> tuple[Account, str, Budget]:
        """The account with a token; a row whose account has none waits, and says so."""
        key = (row.conversation.object, row.conversation.account)
        budget = self._budgets.of(key)
        while True:
            account = self._registry.account(*key)
            if account is not None and account.token is not None and account.send_as_id:
                return account, account.token.reveal(), budget
            budget.rest(self._settings.pause, "the registry has no token for this account", "token")
            await self._registry.changed(self._registry.revision)

    async def _begin(self, row: Outbound) -> Outbound:
        now = self._clock()
        begun = msgspec.structs.replace(row, state="sending", attempts=row.attempts + 1, began=now)
        if row.state != "sending":
            await self._record(OutboxMark(id=row.id, state="sending", attempts=begun.attempts, began=now, at=now))
        return begun

    async def _apply(self, row: Outbound, verdict: Verdict, budget: Budget) -> Outbound | None:
        self._account_for(row, verdict, budget)
        if verdict.untag:
            self._untagged.add(row.id)
        if verdict.state not in {"queued", "unknown"}:
            await self._end(row, verdict)
            return None
        attempts = row.attempts if verdict.counts else row.attempts - 1
        due = self._clock() + int(verdict.after * 1000) if verdict.after else 0
        await self._record(
            OutboxMark(
                id=row.id,
                state=verdict.state,
                attempts=attempts,
                due=due,
                began=row.began,
                error=verdict.reason,
                code=verdict.code,
                at=self._clock(),
            )
        )
        return msgspec.structs.replace(row, state=verdict.state, attempts=attempts, due=due, error=verdict.reason)

    def _account_for(self, row: Outbound, verdict: Verdict, budget: Budget) -> None:
        """What a request says of the account: that all is well, or that it has to rest."""
        if verdict.trouble:
            budget.rest(verdict.rest, verdict.reason, verdict.trouble)
            if verdict.whole_app:
                budget.app.rest(verdict.rest)
            log.warning("account %s rests for %.0f s: %s", row.conversation.account, verdict.rest, verdict.reason)
        elif verdict.state != "unknown":
            budget.went_well()

    async def _end(self, row: Outbound, verdict: Verdict) -> None:
        metrics.replies.add(row.conversation.object, verdict.state)
        ended = [(row, verdict)]
        if verdict.state in {"refused", "parked"}:
            metrics.refusals.add(row.conversation.object, verdict.code or "other")
            log.warning("reply %s of plugin %s %s: %s", row.id, row.plugin, verdict.state, verdict.reason)
            ended += self._drop_rest(row)
        await self._record(*(self._final(one, verdict) for one, verdict in ended))
        self._report(ended)

    def _final(self, row: Outbound, verdict: Verdict) -> OutboxMark:
        return OutboxMark(
            id=row.id,
            state=verdict.state,
            attempts=row.attempts,
            began=row.began,
            mid=verdict.mid or None,
            error=verdict.reason,
            code=verdict.code,
            at=self._clock(),
            owes=self._owes(row, verdict),
        )

    def _drop_rest(self, row: Outbound) -> list[tuple[Outbound, Verdict]]:
        """An answer in several parts stops at the first part that does not go: the rest would make no sense alone."""
        queue = self._queues[line_of(row)]
        rest = [
            one for one in queue if one is not queue[0] and (one.event_id, one.plugin) == (row.event_id, row.plugin)
        ]
        for one in rest:
            queue.remove(one)
            self._forget(one)
        why = Verdict(
            state="refused", reason="an earlier part of the same answer was not sent", code=Reason.EARLIER_PART
        )
        return [(one, why) for one in rest]

    def _owes(self, row: Outbound, verdict: Verdict) -> bool:
        return self.reports is not None and self.reports.owes(row, verdict.state)

    def _report(self, ended: Sequence[tuple[Outbound, Verdict]]) -> None:
        if self.reports is None:
            return
        now = self._clock()
        for row, verdict in ended:
            if self._owes(row, verdict):
                facts = {"state": verdict.state, "mid": verdict.mid, "error": verdict.reason, "code": verdict.code}
                self.reports.take([msgspec.structs.replace(row, at=now, **facts)])

    # What may have gone out --------------------------------------------------------------------------------------

    async def _settle_doubt(self, row: Outbound, reply: Reply) -> Outbound | None:
        if is_best_effort(reply):
            await self._end(row, Verdict(state="dropped", reason="no clear answer"))
            return None
        if not isinstance(reply, Sending):
            return await self._once_more(row)  # No message to look for, and doing it twice changes nothing.
        proof = await self._doubts.settle(row, reply)
        if isinstance(proof, Absent):
            return await self._not_there(row)
        if isinstance(proof, Found):
            await self._end(row, Verdict(state="sent", mid=proof.mid, reason="proved after no clear answer"))
        elif row.plugin in self._settings.at_least_once:
            return await self._not_there(row)
        else:
            await self._end(row, Verdict(state="parked", reason=_UNPROVED, code="unproved"))
        return None

    async def _not_there(self, row: Outbound) -> Outbound | None:
        if row.attempts >= 2:
            why = "two requests without a clear answer, and no proof of either; replay it if the person has not got it"
            await self._end(row, Verdict(state="parked", reason=why, code="unproved"))
            return None
        return await self._once_more(row)

    async def _once_more(self, row: Outbound) -> Outbound:
        attempts = max(row.attempts, 1)
        await self._record(OutboxMark(id=row.id, state="queued", attempts=attempts, due=0, at=self._clock()))
        return msgspec.structs.replace(row, state="queued", attempts=attempts, due=0)

    # The rest ----------------------------------------------------------------------------------------------------

    async def _record(self, *marks: OutboxMark) -> None:
        while True:
            try:
                await self._journal.record(marks, self._fence)
            except LeaseLost:
                raise
            except JournalError as error:
                log.error("outbox: change of %d rows not stored yet: %s", len(marks), error)  # noqa: TRY400 - foreseen
                await asyncio.sleep(_JOURNAL_PAUSE)
            else:
                return

    def _troubles(self) -> list[tuple[tuple[str, ...], float]]:
        ailing = Counter((key[0], str(budget.trouble)) for key, budget in self._budgets if budget.trouble)
        return [(labels, float(count)) for labels, count in ailing.items()]

    def status(self) -> list[AccountOutbox]:
        """Accounts with something waiting, or at rest."""
        waiting: dict[AccountKey, int] = {}
        for conversation, queue in self._queues.items():
            key = (conversation.object, conversation.account)
            waiting[key] = waiting.get(key, 0) + len(queue)
        ailing = {key for key, budget in self._budgets if budget.trouble or budget.paused_until > self._clock()}
        return [self._status(key, waiting.get(key, 0)) for key in sorted(waiting.keys() | ailing)]

    def _status(self, key: AccountKey, waiting: int) -> AccountOutbox:
        budget = self._budgets.of(key)
        resting = budget.paused_until > self._clock()
        return AccountOutbox(
            object=key[0],
            account=key[1],
            waiting=waiting,
            in_flight=sum(
                queue[0].id in self._begun
                for line, queue in self._queues.items()
                if queue and (line.object, line.account) == key
            ),
            paused_until=budget.paused_until if resting else None,
            reason=budget.reason if resting or budget.trouble else "",
            trouble=budget.trouble,
        )

    async def stop(self, grace: float) -> None:
        """Begin nothing more; let requests in flight end. What stays open is in the journal."""
        self._stopped = True
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._queues.clear()
