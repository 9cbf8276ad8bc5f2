"""Tells plugins what became of the replies they asked for: at least once, in order for each conversation."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from pagewire.events import Conversation
from pagewire.replies import decode
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.dispatch.hands import Hands
from pagewire_gateway.dispatch.outcome import Outcome, of_raised
from pagewire_gateway.journal.port import JournalError, Outbound, OutboxState
from pagewire_gateway.needs import needs
from pagewire_gateway.plugins import Hook, Plugin, PluginError
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.retry import Again, decide
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telling.configs import Configs, use_of
from pagewire_gateway.telling.contexts import ReplyContext, Sources
from pagewire_gateway.telling.facts import ENDS, refusal_of, sent_of

log = logging.getLogger(__name__)

_MOST: Final = 10_000
"""Reports of one plugin in memory; the journal has the others, and they are read once there is room."""
_JOURNAL_PAUSE: Final = 1.0
_DONE: Final = Outcome(name="done")


class Report:
    """One thing a plugin has to be told, and how often that was tried."""

    __slots__ = ("attempts", "row")

    def __init__(self, row: Outbound) -> None:
        self.row = row
        self.attempts = 0


Key = Conversation


class Desk:
    """The reports of one plugin: one at a time for a conversation, several conversations at a time.

    Args:
        tell: makes one call.
        done: hears of a report that is at its end.
        again: seconds until the next attempt of a report; ``None`` to give it up.
        most: calls at a time.
    """

    def __init__(
        self,
        tell: Callable[[Report], Coroutine[Any, Any, Outcome]],
        done: Callable[[Report, Outcome], None],
        again: Callable[[Report, Outcome], float | None],
        most: int,
    ) -> None:
        self._tell = tell
        self._done = done
        self._again = again
        self._queues: dict[Key, deque[Report]] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._hands: Hands[Key] = Hands(self._go, most)
        self.count = 0

    def take(self, row: Outbound) -> None:
        """Tell of this row when it is its turn."""
        self.count += 1
        queue = self._queues.get(row.conversation)
        if queue is None:
            self._queues[row.conversation] = deque((Report(row),))
            self._hands.offer(row.conversation)
        else:
            queue.append(Report(row))

    def has(self, row: Outbound) -> bool:
        """Whether the row waits here."""
        return any(report.row.id == row.id for report in self._queues.get(row.conversation, ()))

    async def _go(self, key: Key) -> None:
        queue = self._queues[key]
        report = queue[0]
        outcome = await self._tell(report)
        report.attempts += 1
        pause = self._again(report, outcome) if outcome.name != "done" else None
        if pause is not None:
            loop = asyncio.get_running_loop()
            self._timers.add(loop.call_later(pause, self._hands.offer, key))
            self._timers = {timer for timer in self._timers if not timer.cancelled() and timer.when() > loop.time()}
            return
        queue.popleft()
        self.count -= 1
        self._done(report, outcome)
        if queue:
            self._hands.offer(key)
        else:
            del self._queues[key]

    async def stop(self, grace: float) -> None:
        """Begin nothing more; the journal has what is left."""
        for timer in self._timers:
            timer.cancel()
        await self._hands.stop(grace)


class Reports:
    """Calls ``on_refused`` and ``on_delivered``.

    Args:
        plugins: by name.
        registry: accounts and configurations.
        sources: of what contexts tell.
        settings: time-outs, patience, concurrency.
    """

    def __init__(
        self, plugins: Mapping[str, Plugin], registry: Registry, sources: Sources, settings: DispatchSettings
    ) -> None:
        wanted = ("on_refused", "on_delivered")
        self._plugins = {name: one for name, one in plugins.items() if any(hook in one.hooks for hook in wanted)}
        self._registry = registry
        self._sources = sources
        self._settings = settings
        self._configs = Configs()
        self._desks: dict[str, Desk] = {}
        self._told: list[str] = []
        self._left_out = False
        self._chores: set[asyncio.Task[None]] = set()

    def owes(self, row: Outbound, state: OutboxState) -> bool:
        """Whether the plugin that asked wants to be told of such an end."""
        plugin, hook = self._plugins.get(row.plugin), ENDS.get(state)
        if plugin is None or hook is None or hook not in plugin.hooks:
            return False
        use = use_of(self._registry.account(row.conversation.object, row.conversation.account), plugin.name)
        try:
            return use is not None and needs(self._configs.of(plugin, use), hook)
        except PluginError:
            return True

    async def start(self) -> None:
        """Begin, with what is left from before."""
        most = max(1, self._settings.concurrency // 4)
        self._desks = {name: Desk(self._tell, self._ended, self._pause, most) for name in self._plugins}
        if self._plugins:
            await self._collect()

    def take(self, rows: Sequence[Outbound]) -> None:
        """Tell the plugins of these ends, which the journal has."""
        for row in rows:
            desk = self._desks.get(row.plugin)
            if desk is None:
                continue
            if desk.count >= _MOST:
                self._left_out = True
            else:
                desk.take(row)

    async def stop(self, grace: float) -> None:
        """Begin no more calls; let those in flight end."""
        desks, self._desks = self._desks, {}
        await asyncio.gather(*(desk.stop(grace) for desk in desks.values()))
        while self._chores:
            await asyncio.wait(list(self._chores))

    async def _collect(self) -> None:
        self._left_out = False
        after = 0
        while rows := await self._sources.journal.owed(after):
            after = rows[-1].seq
            self.take([row for row in rows if not (desk := self._desks.get(row.plugin)) or not desk.has(row)])

    # Calls -------------------------------------------------------------------------------------------------------

    async def _tell(self, report: Report) -> Outcome:
        row, plugin = report.row, self._plugins[report.row.plugin]
        hook = plugin.hooks.get(ENDS[row.state])
        account = self._registry.account(row.conversation.object, row.conversation.account)
        use = use_of(account, plugin.name)
        if hook is None or account is None or use is None:
            return _DONE  # There is nobody left to tell.
        try:
            config = self._configs.of(plugin, use)
        except PluginError as error:
            return Outcome(name="failed", reason=str(error))
        context = ReplyContext(plugin.name, row, account, config, report.attempts + 1, self._sources)
        return await self._call(hook, row, context)

    async def _call(self, hook: Hook, row: Outbound, context: ReplyContext) -> Outcome:
        try:
            await hook.within(self._settings.hook_timeout, {"context": context, **_fact(row)})
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises concerns that plugin alone
            return of_raised(error, self._settings.hook_timeout)
        return _DONE

    def _pause(self, report: Report, outcome: Outcome) -> float | None:
        if outcome.name == "refused":
            return None
        decision = decide(self._settings.retry, report.attempts, random.random(), after=outcome.after)  # noqa: S311
        return decision.after if isinstance(decision, Again) else None

    def _ended(self, report: Report, outcome: Outcome) -> None:
        row = report.row
        metrics.reports.add(row.plugin, ENDS[row.state], outcome.name)
        if outcome.name != "done":
            log.warning("plugin %s was not told of reply %s, %s: %s", row.plugin, row.id, row.state, outcome.reason)
        if not self._told:
            asyncio.get_running_loop().call_soon(self._note)
        self._told.append(row.id)

    def _note(self) -> None:
        ids, self._told = self._told, []
        task = asyncio.ensure_future(self._write(ids))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def _write(self, ids: Sequence[str]) -> None:
        for _ in range(3):
            try:
                await self._sources.journal.told(ids)
            except JournalError as error:
                log.warning("that plugins were told of %d replies is not stored yet: %s", len(ids), error)
                await asyncio.sleep(_JOURNAL_PAUSE)
            else:
                break
        if self._left_out and self._desks and all(desk.count < _MOST // 2 for desk in self._desks.values()):
            await self._collect()


def _fact(row: Outbound) -> dict[str, Any]:
    return {"send": sent_of(row)} if row.state == "sent" else {"refusal": refusal_of(row, decode(row.body))}
