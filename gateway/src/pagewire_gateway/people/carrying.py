"""Carrying out requests to forget people, and the ends of logins, for one process at a time, over every crash."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.dispatch.outcome import Outcome
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.people import receipts, requests
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.erasing import SPOKEN_TO, Eraser
from pagewire_gateway.people.port import LOGIN_ENDED, PERSON_DELETED, NotNow, Receipt, ReceiptState, Subject
from pagewire_gateway.people.receipts import Due
from pagewire_gateway.people.requests import Asked
from pagewire_gateway.people.store import Store
from pagewire_gateway.people.telling import Teller
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Account, Registry
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_AT_ONCE = 8
_LOOK = 2.0
"""Seconds between two looks for what is due."""


_STEPS = {PERSON_DELETED: metrics.deletions, LOGIN_ENDED: metrics.login_endings}
_WORDS = {PERSON_DELETED: "deletion", LOGIN_ENDED: "end of a login"}


class Ending(Protocol):
    """Takes away the tokens of logins that ended; `callbacks.endings.Endings` does."""

    async def run(self, asked: Asked) -> dict[str, int]:
        """Take them away; how many, by what they are. May be repeated after an interruption.

        Raises:
            NotNow: some could not be.
        """
        ...


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
        self.ending: Ending | None = None
        self._waiting: set[str] = set()
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
            await cancelled(*self._calls.values())

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_LOOK):
                await self._deletion.woken.wait()
        except TimeoutError:
            return

    async def _carry_on(self) -> None:
        for asked in await self._store.run(requests.at_work):
            if not asked.erased:
                await self._step(asked)
        for due in await self._store.run(lambda db: receipts.due(db, self._clock(), _AT_ONCE)):
            key = (due.asked.id, due.receipt.place, due.receipt.plugin)
            if key not in self._calls and len(self._calls) < _AT_ONCE:
                call = self._calls[key] = asyncio.ensure_future(self._tell(due))
                call.add_done_callback(lambda _, key=key: self._told(key))  # type: ignore[misc]
        await self._finish()

    async def _step(self, asked: Asked) -> None:
        try:
            await self._carry_out(asked)
        except JournalError:
            raise
        except Exception:
            # One that cannot be carried out must not keep the others waiting.
            log.exception("%s %s stumbled, and is tried again", _WORDS[asked.hook], asked.id)

    async def _carry_out(self, asked: Asked) -> None:
        try:
            removed = await self._removed(asked)
        except NotNow as error:
            if asked.id not in self._waiting:
                log.error("%s %s waits, and is tried again: %s", _WORDS[asked.hook], asked.id, error)  # noqa: TRY400
            self._waiting.add(asked.id)
            return
        self._waiting.discard(asked.id)
        if removed is None:
            return
        receipts = [
            self._receipt(asked, subject, plugin) for subject in asked.subjects for plugin in self._plugins.values()
        ]
        if asked.hook == PERSON_DELETED:
            removed = {**removed, "plugin_data": await self._erase_plugin_data(asked, receipts)}
        await self._store.run(lambda db: requests.erased(db, asked.id, removed, receipts))
        _STEPS[asked.hook].add("erased")
        log.info("%s %s: the gateway's own stores are through", _WORDS[asked.hook], asked.id)

    async def _erase_plugin_data(self, asked: Asked, receipts: Sequence[Receipt]) -> int:
        count = 0
        for subject in asked.subjects:
            if subject.who is not None:
                spare = {one.plugin for one in receipts if one.place == subject.place and one.state == "waiting"}
                count += await self._teller.erase(subject.who, spare)
        return count

    async def _removed(self, asked: Asked) -> dict[str, int] | None:
        """Do the gateway's own part; None if that has to wait for a while."""
        if asked.hook == LOGIN_ENDED:
            return await self.ending.run(asked) if self.ending is not None else None
        if asked.upto < 0:
            # Interrupted before the place was known: everything up to now is meant.
            await self._deletion.place(asked.id)
            return None
        return await self._eraser.run(asked)

    def _receipt(self, asked: Asked, subject: Subject, plugin: Plugin) -> Receipt:
        state: ReceiptState = "waiting"
        if asked.hook not in plugin.hooks:
            state = "no_hook"
        elif subject.object not in SPOKEN_TO or not self._uses(asked, subject, plugin.name):
            state = "not_enabled"
        now = self._clock()
        return Receipt(place=subject.place, plugin=plugin.name, state=state, due=now, at=now)

    def _uses(self, asked: Asked, subject: Subject, plugin: str) -> bool:
        account = self._registry.account(subject.object, subject.account)
        if account is None:  # Its people may be remembered all the same; that it cannot send any more is no news.
            return asked.hook == PERSON_DELETED
        return any(use.name == plugin for use in account.plugins)

    async def _tell(self, due: Due) -> None:
        now, chance = self._clock(), random.random()  # noqa: S311 - jitter
        account = self._registry.account(due.subject.object, due.subject.account)
        plugin = self._plugins.get(due.receipt.plugin)
        if account is None and due.asked.hook == LOGIN_ENDED:
            receipt = msgspec.structs.replace(due.receipt, state="not_enabled", at=now, error="")
        elif plugin is None or account is None:
            receipt = self._teller.failed(due.receipt, _absent(account), now, chance)
        else:
            receipt = await self._teller.tell(plugin, due, account, now, chance)
        await self._store.run(lambda db: receipts.answered(db, due.asked.id, receipt))
        if receipt.state == "parked":
            hook = due.asked.hook
            _STEPS[hook].add("parked")
            log.error("%s %s: plugin %s did not agree: %s", _WORDS[hook], due.asked.id, receipt.plugin, receipt.error)

    def _told(self, key: tuple[str, int, str]) -> None:
        call = self._calls.pop(key)
        if not call.cancelled() and (error := call.exception()) is not None:
            log.warning(
                "what a plugin said to a request could not be kept, and it is asked again: %s", type(error).__name__
            )
        self._deletion.woken.set()

    async def _finish(self) -> None:
        answered = await self._store.run(requests.unname)
        # Whoever cannot empty the files now, or is killed before it could, does it before a deletion is called done.
        if not answered or not await self._store.scrub():
            return
        for id_, hook in await self._store.run(lambda db: requests.finish(db, answered, self._clock())):
            _STEPS[hook].add("done")
            log.info("%s %s is done", _WORDS[hook], id_)


def _absent(account: Account | None) -> Outcome:
    reason = "no resource names this account" if account is None else "the plugin is not installed any more"
    return Outcome(name="failed", reason=reason)
