"""Forgetting people: asked for once, carried on over every crash, and proved at the end without naming anybody."""

import asyncio
import logging
import random
import re
import secrets
from collections.abc import Callable, Mapping, Sequence

from pagewire.people import ScopedId
from pagewire_gateway.dispatch.outcome import Outcome
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.people import links, requests
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.people.erasing import SPOKEN_TO, Eraser
from pagewire_gateway.people.port import DeletionStatus, Receipt, ReceiptState, Subject
from pagewire_gateway.people.requests import Asked, Due
from pagewire_gateway.people.store import Store
from pagewire_gateway.people.telling import HOOK, Teller
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Account, Registry
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

LATE_MS = 7 * 86_400_000
"""How long late deliveries of a forgotten person's old events are kept out; Meta repeats for 36 hours."""
_AT_ONCE = 8
_LOOK = 2.0
"""Seconds between two looks for requests that another process took."""
_GROUND = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Deletion:
    """Takes requests to forget people, and carries them out.

    Args:
        store: where requests and proofs are.
        eraser: the gateway's own stores.
        bars: who must be left alone from the request on.
        plugins: whom to tell, by name.
        registry: which account uses which plugin.
        teller: calls plugins.
        clock: milliseconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        eraser: Eraser,
        bars: Bars,
        plugins: Mapping[str, Plugin],
        registry: Registry,
        teller: Teller,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._eraser = eraser
        self._bars = bars
        self._plugins = plugins
        self._registry = registry
        self._teller = teller
        self._clock = clock
        self._woken = asyncio.Event()
        self._calls: dict[tuple[str, int, str], asyncio.Task[None]] = {}

    # What others ask ---------------------------------------------------------------------------------------------

    async def request(self, subjects: Sequence[ScopedId], ground: str, *, alone: bool = False) -> str:
        """Have people forgotten; durable when it returns, and from then on nothing is sent to them.

        Args:
            subjects: scoped ids; ids linked with them as the same person are forgotten too.
            ground: why, in lower case with underscores, such as ``data_deletion_callback``.
            alone: leave linked ids alone.

        Returns:
            The request's id, fit to be given to the person as a confirmation code. A request for the same people that is not
            carried out yet is not made twice.

        Raises:
            ValueError: no subject, or no such ground.
            JournalError: it could not be written down.
        """
        if not subjects or not _GROUND.fullmatch(ground):
            raise ValueError("a deletion needs at least one subject, and a ground such as data_deletion_callback")
        whole = subjects if alone else await self._store.run(lambda db: links.everyone(db, subjects))
        new = Asked(
            id=f"d-{secrets.token_hex(10)}", ground=ground, requested=self._clock(), upto=-1, erased=False,
            subjects=self._subjects(whole),
        )  # fmt: skip
        id_ = await self._store.run(lambda db: requests.ask(db, new))
        for who in whole:
            self._bars.bar(who)
        await self._place(id_)
        metrics.deletions.add("asked")
        log.info("deletion %s of %d scoped ids asked for: %s", id_, len(whole), ground)
        self._woken.set()
        return id_

    async def status(self, id_: str) -> DeletionStatus | None:
        """How far a deletion is, or its proof; ``None`` if there is none of that id."""
        return await self._store.run(lambda db: requests.status(db, id_))

    async def latest(self, limit: int = 100) -> list[DeletionStatus]:
        """The newest deletions, newest first."""
        return await self._store.run(lambda db: requests.latest(db, limit))

    async def retry(self, id_: str) -> int:
        """Ask plugins again that refused; returns how many."""
        count = await self._store.run(lambda db: requests.again(db, id_, self._clock()))
        self._woken.set()
        return count

    async def forgotten_until(self, who: ScopedId) -> int:
        """What this person did up to then must not be brought back; 0 if they never asked to be forgotten."""
        hash_ = self._store.keyed.of(who)
        return await self._store.run(lambda db: requests.forgotten_until(db, hash_))

    def _subjects(self, whole: Sequence[ScopedId]) -> tuple[Subject, ...]:
        keyed = self._store.keyed
        return tuple(
            Subject(place=place, object=who.object, account=who.account, hash=keyed.of(who), who=who)
            for place, who in enumerate(dict.fromkeys(whole))
        )

    async def _place(self, id_: str) -> None:
        try:
            # First, so that old events that come in from now on are kept out: none may slip in behind the place.
            await self.refresh()
            place = await self._eraser.place()
            await self._store.run(lambda db: requests.place_at(db, id_, place))
            await self.refresh()
        except JournalError as error:
            log.warning("deletion %s is written down, and begins in a while: %s", id_, error)

    # What runs ---------------------------------------------------------------------------------------------------

    async def refresh(self) -> None:
        """Take in requests of other processes, and who was forgotten lately. For every process that takes deliveries."""
        since = self._clock() - LATE_MS
        for asked in await self._store.run(requests.at_work):
            for subject in asked.subjects:
                if subject.who is not None:
                    self._bars.bar(subject.who, asked.upto)
        self._bars.remember(self._store.keyed, await self._store.run(lambda db: requests.forgotten_since(db, since)))
        counts = await self._store.run(requests.standing)
        metrics.deletions_open.read = lambda: [((state,), float(count)) for state, count in counts.items()]

    async def watch(self) -> None:
        """Keep `refresh`ing, for ever."""
        while True:
            try:
                await self.refresh()
            except JournalError as error:
                log.warning("requests to forget people could not be looked at: %s", error)
            await asyncio.sleep(_LOOK)

    async def run(self) -> None:
        """Carry requests out, for ever; for one process at a time, the one that dispatches and sends."""
        try:
            while True:
                self._woken.clear()
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
                await self._woken.wait()
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
            await self._place(asked.id)
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
        self._woken.set()

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
