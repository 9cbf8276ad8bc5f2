"""When to heal which account: after a disturbance, on a schedule, and when somebody asks."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from itertools import islice

from pagewire.graph import GraphError
from pagewire.graph.errors import Backoff
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.config import HealingSettings
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.healing import state
from pagewire_gateway.healing.account import AccountHealing, ForgottenUntil
from pagewire_gateway.healing.port import Healed
from pagewire_gateway.healing.signs import Signs
from pagewire_gateway.journal.port import JournalError, JournalFront
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.people.store import Store
from pagewire_gateway.registry.port import Account, Registry
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

Key = tuple[str, str]

FARTHEST_MS = 7 * 86_400_000
"""How far a run of its own accord looks back at most."""
_LONGEST_LOOK = 30.0


class Healer:
    """Heals accounts.

    Args:
        store: how far each account is healed.
        journal: where events go.
        registry: accounts and their tokens.
        clients: who speaks for an account.
        budgets: what each account may ask of Meta.
        forgotten_until: what a person did up to then is not brought back.
        settings: see `HealingSettings`.
        clock: milliseconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        journal: JournalFront,
        registry: Registry,
        clients: GraphClients,
        budgets: Budgets,
        forgotten_until: ForgottenUntil,
        settings: HealingSettings,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._journal = journal
        self._registry = registry
        self._clients = clients
        self._budgets = budgets
        self._forgotten_until = forgotten_until
        self._settings = settings
        self._clock = clock
        self._at_work: dict[Key, asyncio.Task[Healed]] = {}
        self._due: dict[Key, int] = {}
        self._open: set[Key] = set()
        self._woken = asyncio.Event()
        self._slots = asyncio.Semaphore(settings.concurrency)
        metrics.healing_age.read = self._read_age
        self._oldest = 0
        self._signs = Signs()

    # When ----------------------------------------------------------------------------------------------------

    def _disturbed(self) -> None:
        """Deliveries were refused, or Meta was subscribed anew, so some may be lost: look at every account soon."""
        if self._signs.changed():
            self._hasten()

    def _hasten(self) -> None:
        soon = self._clock() + int(self._settings.after * 1000)
        self._due = {key: min(due, soon) for key, due in self._due.items()}

    def disturbed(self) -> None:
        """Deliveries were refused by another process, which takes webhooks only: look at every account soon."""
        self._hasten()
        self._woken.set()

    def registry_changed(self) -> None:
        """An account that can be spoken for again may have missed something meanwhile."""
        self._woken.set()

    async def run(self) -> None:
        """Heal what is due, for ever; for one process at a time."""
        if not self._settings.every:
            return
        self._due.clear()
        self._open.clear()
        while True:
            self._woken.clear()
            self._plan()
            self._disturbed()
            for key in self._next_due():
                self._due[key] = self._clock() + int(self._settings.every * 1000)
                account = self._registry.account(*key)
                if account is not None and key not in self._at_work:
                    self._start(account, None, None)
            await self._rest()

    def _next_due(self) -> list[Key]:
        """As many as there are places for: each is a task, and after a start all accounts are due at once."""
        free = max(0, self._settings.concurrency - len(self._at_work))
        due = (key for key, at in self._due.items() if at <= self._clock())
        return list(islice(due, free))

    def _plan(self) -> None:
        able = (one for one in self._registry.accounts() if one.token is not None and one.send_as_id)
        open_now: set[Key] = {(one.object, one.id) for one in able}
        soon = self._clock() + int(self._settings.after * 1000)
        for key in open_now - self._open:
            self._due[key] = soon
        for key in self._due.keys() - open_now:
            del self._due[key]
        self._open = open_now

    async def _rest(self) -> None:
        full = len(self._at_work) >= self._settings.concurrency  # then whoever ends wakes us
        later = self._clock() + int(_LONGEST_LOOK * 1000)
        next_due = later if full else min(self._due.values(), default=later)
        try:
            async with asyncio.timeout(min(max((next_due - self._clock()) / 1000, 0.01), _LONGEST_LOOK)):
                await self._woken.wait()
        except TimeoutError:
            return

    async def aclose(self) -> None:
        """Begin nothing more, and give up what runs."""
        await cancelled(*self._at_work.values())

    # What ----------------------------------------------------------------------------------------------------

    async def heal(self, account: Account, since: int | None = None, until: int | None = None) -> Healed:
        """Heal one account now, and return what it came to; one that is at work already is waited for.

        Args:
            account: with a token.
            since: milliseconds since 1970; by default from where it was healed last.
            until: by default up to a little before now: what is younger may still be on its way.
        """
        key = (account.object, account.id)
        while key in self._at_work:
            await asyncio.wait([self._at_work[key]])
        return await asyncio.shield(self._start(account, since, until))

    def _start(self, account: Account, since: int | None, until: int | None) -> "asyncio.Task[Healed]":
        key = (account.object, account.id)
        task = self._at_work[key] = asyncio.ensure_future(self._one(account, since, until))
        task.add_done_callback(lambda _: self._ended(key))
        return task

    def _ended(self, key: Key) -> None:
        del self._at_work[key]
        self._woken.set()

    async def _one(self, account: Account, since: int | None, until: int | None) -> Healed:
        async with self._slots:
            now = self._clock()
            end = now - int(self._settings.settle * 1000) if until is None else until
            run = Healed(object=account.object, account=account.id, since=end, until=end, began=now)
            try:
                begin = await self._since(account, now)
                run.since = begin if since is None else since
                if run.since < run.until:
                    await self._healing(account, run).run()
                run.ended = self._clock()
                await self._note(run)
            except GraphError as error:
                self._again(account, error)
                await self._failed(run, f"{type(error).__name__}: {error}")
            except JournalError as error:
                await self._failed(run, str(error))
            except Exception as error:
                # One account that cannot be read as foreseen must not keep the others from being healed.
                log.exception("healing stumbled over account %s", account.id)
                await self._failed(run, f"{type(error).__name__}, see the log")
            return run

    async def _failed(self, run: Healed, error: str) -> None:
        run.error, run.ended = error, self._clock()
        try:
            await self._note(run)
        except JournalError as trouble:
            log.warning("that account %s could not be healed is not written down: %s", run.account, trouble)

    async def _since(self, account: Account, now: int) -> int:
        """From where an account is healed of our own accord."""
        born, healed = await self._store.run(lambda db: state.begin(db, account.object, account.id, now))
        overlap = int(self._settings.overlap * 1000)
        # Meta tells whole seconds.
        return max(healed - overlap, born, now - FARTHEST_MS) // 1000 * 1000

    def _healing(self, account: Account, run: Healed) -> AccountHealing:
        budget = self._budgets.of((account.object, account.id))
        client = self._clients.of(account)
        return AccountHealing(account, client, self._journal, budget, self._forgotten_until, self._clock, run)

    def _again(self, account: Account, error: GraphError) -> None:
        """After a refusal: earlier than the schedule says, but not before Meta's own word."""
        self._clients.refused(account, error)
        key = (account.object, account.id)
        wait = max(error.retry_after or 0.0, self._settings.pause)
        if isinstance(error, Backoff) and error.retry_after:
            self._budgets.of(key).rest(
                error.retry_after, f"the Conversations API asks for a pause: {error}", "throttled"
            )
        if key in self._due:
            self._due[key] = min(self._due[key], self._clock() + int(wait * 1000))

    async def _note(self, run: Healed) -> None:
        metrics.healing_runs.add(run.object, "failed" if run.error else "done")
        for name in ("found", "inserted", "unreadable", "kept_out"):
            metrics.healed.add(run.object, name, amount=getattr(run, name))
        if run.error:
            log.warning("account %s could not be healed to the end: %s", run.account, run.error)
        elif run.found or run.unreadable:
            text = "account %s: %d messages that no webhook had brought, %d inserted, %d cannot be read any more"
            log.warning(text, run.account, run.found, run.inserted, run.unreadable)
        await self._store.run(lambda db: state.note(db, run))
        self._show(await self.runs())

    # For people ----------------------------------------------------------------------------------------------

    async def runs(self) -> list[tuple[Healed, int]]:
        """The latest run of each account, and up to when it is healed."""
        return await self._store.run(state.runs)

    def working(self) -> frozenset[Key]:
        """Accounts that are being healed now."""
        return frozenset(self._at_work)

    def _show(self, runs: Iterable[tuple[Healed, int]]) -> None:
        self._oldest = min((healed for _, healed in runs), default=0)

    def _read_age(self) -> list[tuple[tuple[str, ...], float]]:
        return [((), max(0, self._clock() - self._oldest) / 1000)] if self._oldest else []
