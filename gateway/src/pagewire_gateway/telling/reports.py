"""Tells plugins what became of the replies they asked for: at least once, in order for each conversation."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pagewire.replies import decode
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.deadlines import Grace
from pagewire_gateway.dispatch.context import Sources
from pagewire_gateway.dispatch.outcome import Outcome, of_raised
from pagewire_gateway.journal.port import Outbound, OutboxState, Untold
from pagewire_gateway.plugins import Hook, Plugin, PluginError
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.retry import Again, decide, put_off
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telling.configs import Configs, use_of
from pagewire_gateway.telling.contexts import ReplyContext
from pagewire_gateway.telling.desk import Desk, Report
from pagewire_gateway.telling.facts import ENDS, refusal_of, sent_of
from pagewire_gateway.telling.ledger import Ledger

log = logging.getLogger(__name__)

_MOST: Final = 10_000
"""Reports of one plugin in memory; the journal has the others, and they are read once there is room."""
_DONE: Final = Outcome(name="done")


class Reports:
    """Calls ``on_refused`` and ``on_delivered``.

    Args:
        plugins: by name.
        registry: accounts and configurations.
        sources: of what contexts tell.
        settings: time-outs, patience, concurrency.
        clock: milliseconds since 1970.
        silenced: whether a row's person asked to be forgotten, so that nobody is told of it any more.
    """

    def __init__(
        self,
        plugins: Mapping[str, Plugin],
        registry: Registry,
        sources: Sources,
        settings: DispatchSettings,
        clock: Callable[[], int],
        silenced: Callable[[Outbound], bool] = lambda _row: False,
    ) -> None:
        wanted = ("on_refused", "on_delivered")
        self._plugins = {name: one for name, one in plugins.items() if any(hook in one.hooks for hook in wanted)}
        self._registry = registry
        self._sources = sources
        self._settings = settings
        self._clock = clock
        self._silenced = silenced
        self._configs = Configs()
        self._ledger = Ledger(sources.journal)
        self._desks: dict[str, Desk] = {}
        self._behind: set[str] = set()
        self._collecting = False
        self._fresh: list[Outbound] = []

    def owes(self, row: Outbound, state: OutboxState) -> bool:
        """Whether the plugin that asked wants to be told of such an end."""
        plugin, hook = self._plugins.get(row.plugin), ENDS.get(state)
        if plugin is None or hook is None or hook not in plugin.hooks:
            return False
        use = use_of(self._registry.account(row.conversation.object, row.conversation.account), plugin.name)
        return use is not None and self._configs.needs(plugin, use, hook)

    async def start(self) -> None:
        """Begin, with what is left from before."""
        most = max(1, self._settings.concurrency // 4)
        self._desks = {name: Desk(self._tell, self._ended, self._pause, most) for name in self._plugins}
        self._behind.clear()
        self._ledger.start()
        await self.collect()

    def take(self, rows: Sequence[Outbound]) -> None:
        """Tell the plugins of these ends, which the journal has."""
        for row in rows:
            desk = self._desks.get(row.plugin)
            if desk is None:
                continue
            if row.plugin in self._behind:
                continue  # What is older, and not at hand, comes first; the journal has both.
            if self._collecting:
                self._fresh.append(row)
            elif desk.count >= _MOST:
                self._behind.add(row.plugin)
            else:
                desk.take(row)

    async def collect(self) -> None:
        """Take up what the journal says is owed and is not at hand: what there was no room for, and what was replayed."""
        crowded = any(self._desks[name].count > _MOST // 2 for name in self._behind & self._desks.keys())
        if self._collecting or crowded or not self._desks:
            return
        self._collecting = True
        with self._ledger.ending() as ended:
            try:
                await self._take_owed(ended)
            finally:
                self._collecting = False
                fresh, self._fresh = self._fresh, []
                self.take([row for row in fresh if row.id not in ended and not self._has(row)])

    async def _take_owed(self, ended: set[str]) -> None:
        full: set[str] = set()
        async for row in self._ledger.owed():
            desk = self._desks.get(row.plugin)
            if row.id in ended or row.plugin in full or self._has(row):
                continue
            if row.plugin not in self._plugins:
                self._ledger.told(row)  # It is not installed any more.
            elif desk is not None and desk.count >= _MOST:
                full.add(row.plugin)
            elif desk is not None:
                desk.take(row)
        self._behind = full

    def _has(self, row: Outbound) -> bool:
        desk = self._desks.get(row.plugin)
        return desk is not None and desk.has(row)

    async def stop(self, grace: float) -> None:
        """Begin no more calls; let those in flight end."""
        shared = Grace(grace)
        desks, self._desks = self._desks, {}
        await asyncio.gather(*(desk.stop(grace) for desk in desks.values()))
        await self._ledger.stop(shared.left)

    # Calls -------------------------------------------------------------------------------------------------------

    async def _tell(self, report: Report) -> Outcome:
        row, plugin = report.row, self._plugins[report.row.plugin]
        hook = plugin.hooks.get(ENDS[row.state])
        account = self._registry.account(row.conversation.object, row.conversation.account)
        use = use_of(account, plugin.name)
        if hook is None or account is None or use is None or self._silenced(row):
            return _DONE  # There is nobody left to tell, or to tell of.
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
        policy, chance = self._settings.retry, random.random()  # noqa: S311 - jitter
        if outcome.name == "later":
            age = (self._clock() - report.row.at) / 1000
            decision = put_off(policy, report.attempts, chance, after=outcome.after, age=age)
        else:
            decision = decide(policy, report.attempts, chance)
        return decision.after if isinstance(decision, Again) else None

    def _ended(self, report: Report, outcome: Outcome) -> None:
        row = report.row
        metrics.reports.add(row.plugin, ENDS[row.state], outcome.name)
        if outcome.name == "done":
            self._ledger.told(row)
            return
        why = f"{ENDS[row.state]}: {outcome.reason}"
        log.warning("plugin %s could not be told of reply %s, parked: %s", row.plugin, row.id, why)
        self._ledger.untold(Untold(id=row.id, attempts=report.attempts, error=why, at=self._clock()))


def _fact(row: Outbound) -> dict[str, Any]:
    return {"send": sent_of(row)} if row.state == "sent" else {"refusal": refusal_of(row, decode(row.body))}
