"""Carrying out requests to forget people, for one process at a time, over every crash."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping

from pagewire_gateway.dispatch.outcome import Outcome
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.people import requests
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.erasing import SPOKEN_TO, Eraser
from pagewire_gateway.people.port import Receipt, ReceiptState, Subject
from pagewire_gateway.people.requests import Asked, Due
from pagewire_gateway.people.store import Store
from pagewire_gateway.people.telling import HOOK, Teller
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Account, Registry
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_AT_ONCE = 8
_LOOK = 2.0
"""Seconds between two looks for what is due."""


class Carrier:
    """Carries requests out.

    Args:
        deletion: takes them, and wakes this.
        store: where they are.
        eraser: the gateway's own stores.
        plugins: whom to tell, by name.
        registry: which account uses which plugin.
        teller: calls plugins.
        clock: milliseconds since 1970.
    """

    def __init__(
        self,
        deletion: Deletion,
        store: Store,
        eraser: Eraser,
        plugins: Mapping[str, Plugin],
        registry: Registry,
        teller: Teller,
        clock: Callable[[], int],
    ) -> None:
        self._deletion = deletion
        self._store = store
        self._eraser = eraser
        self._plugins = plugins
        self._registry = registry
        self._teller = teller
        self._clock = clock
        self._calls: dict[tuple[str, int, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Carry requests out, for ever; for one process at a time, the one that dispatches and sends."""
        try:
            while True:
                self._deletion.woken.clear()
                try:
                    await self._carry_on()
                except JournalError as error:
                    log.warning("deletions go on in a while: %s", error)
                await self._rest()
        finally:
            for call in self._calls.values():
                call.cancel()
            await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_LOOK):
                await self._deletion.woken.wait()
        except TimeoutError:
            return

    async def _carry_on(self) -> None:
        for asked in await self._store.run(requests.at_work):
            if not asked.erased:
                await self._erase(asked)
        for due in await self._store.run(lambda db: requests.due(db, self._clock(), _AT_ONCE)):
            key = (due.asked.id, due.receipt.place, due.receipt.plugin)
            if key not in self._calls and len(self._calls) < _AT_ONCE:
                call = self._calls[key] = asyncio.ensure_future(self._tell(due))
                call.add_done_callback(lambda _, key=key: self._told(key))  # type: ignore[misc]
        await self._finish()

    async def _erase(self, asked: Asked) -> None:
        if asked.upto < 0:
            # Interrupted before the place was known: everything up to now is meant.
            await self._deletion.place(asked.id)
            return
        removed = await self._eraser.run(asked)
        receipts = [self._receipt(subject, plugin) for subject in asked.subjects for plugin in self._plugins.values()]
        await self._store.run(lambda db: requests.erased(db, asked.id, removed, receipts))
        metrics.deletions.add("erased")
        log.info("deletion %s: the gateway's own stores are through", asked.id)

    def _receipt(self, subject: Subject, plugin: Plugin) -> Receipt:
        state: ReceiptState = "waiting"
        if HOOK not in plugin.hooks:
            state = "no_hook"
        elif subject.object not in SPOKEN_TO or not self._uses(subject, plugin.name):
            state = "not_enabled"
        now = self._clock()
        return Receipt(place=subject.place, plugin=plugin.name, state=state, due=now, at=now)

    def _uses(self, subject: Subject, plugin: str) -> bool:
        account = self._registry.account(subject.object, subject.account)
        return account is None or any(use.name == plugin for use in account.plugins)

    async def _tell(self, due: Due) -> None:
        now, chance = self._clock(), random.random()  # noqa: S311 - jitter
        account = self._registry.account(due.subject.object, due.subject.account)
        plugin = self._plugins.get(due.receipt.plugin)
        if plugin is None or account is None:
            receipt = self._teller.failed(due.receipt, _absent(account), now, chance)
        else:
            receipt = await self._teller.tell(plugin, due, account, now, chance)
        await self._store.run(lambda db: requests.answered(db, due.asked.id, receipt))
        if receipt.state == "parked":
            metrics.deletions.add("parked")
            log.error("deletion %s: plugin %s did not forget: %s", due.asked.id, receipt.plugin, receipt.error)

    def _told(self, key: tuple[str, int, str]) -> None:
        call = self._calls.pop(key)
        if not call.cancelled() and (error := call.exception()) is not None:
            log.warning(
                "what a plugin said to a deletion could not be kept, and it is asked again: %s", type(error).__name__
            )
        self._deletion.woken.set()

    async def _finish(self) -> None:
        done = await self._store.run(lambda db: requests.finish(db, self._clock()))
        if not done:
            return
        await self._store.scrub()
        for id_ in done:
            metrics.deletions.add("done")
            log.info("deletion %s is done", id_)


def _absent(account: Account | None) -> Outcome:
    reason = "no resource names this account" if account is None else "the plugin is not installed any more"
    return Outcome(name="failed", reason=reason)
