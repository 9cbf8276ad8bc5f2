"""Forgetting people, and ending logins: asked for once, carried on over every crash, proved at the end without naming anybody."""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence

import apsw

from pagewire.people import ScopedId
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.people import links, receipts, requests, statuses
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.people.erasing import Eraser
from pagewire_gateway.people.port import LOGIN_ENDED, PERSON_DELETED, DeletionStatus, Subject
from pagewire_gateway.people.requests import Asked
from pagewire_gateway.people.store import Store
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

LATE_MS = 7 * 86_400_000
"""How long late deliveries of a forgotten person's old events are kept out; Meta repeats for 36 hours."""
_AT_ONCE = 8
_LOOK = 2.0
"""Seconds between two looks for requests that another process took."""
_GROUND = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Deletion:
    """Takes requests to forget people, and word of logins that ended; `pagewire_gateway.people.carrying` carries them out.

    Args:
        store: where requests and proofs are.
        eraser: the gateway's own stores.
        bars: who must be left alone from the request on.
        clock: milliseconds since 1970.
    """

    def __init__(self, store: Store, eraser: Eraser, bars: Bars, clock: Callable[[], int]) -> None:
        self._store = store
        self._eraser = eraser
        self._bars = bars
        self._clock = clock
        self.woken = asyncio.Event()
        self.on_refresh: Callable[[], Awaitable[None]] | None = None
        """Takes in which logins ended."""

    # What others ask ---------------------------------------------------------------------------------------------

    async def request(self, subjects: Sequence[ScopedId], ground: str, *, alone: bool = False) -> str:
        """Have people forgotten; durable when it returns, and from then on nothing is sent to them.

        Args:
            subjects: scoped ids; ids linked with them as the same person are forgotten too.
            ground: why, in lower case with underscores, such as ``data_deletion_callback``.
            alone: leave linked ids alone.

        Returns:
            The request's id, fit to be given to the person as a confirmation code. A request for the same people that has not
            begun yet is not made twice.

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
        await self.place(id_)
        metrics.deletions.add("asked")
        log.info("deletion %s of %d scoped ids asked for: %s", id_, len(whole), ground)
        self.woken.set()
        return id_

    async def end(self, new: Asked, also: Callable[[apsw.Connection], None]) -> str:
        """Have a login ended, and plugins told of it; durable when it returns.

        Args:
            new: which, with the accounts that it spoke for.
            also: done in the same transaction.

        Returns:
            Its id, or that of one at work for the same accounts.

        Raises:
            JournalError: it could not be written down.
        """

        def write(db: apsw.Connection) -> str:
            also(db)
            return requests.ask(db, new)

        id_ = await self._store.run(write)
        metrics.login_endings.add("asked")
        self.woken.set()
        return id_

    async def status(self, id_: str) -> DeletionStatus | None:
        """How far a deletion is, or its proof; ``None`` if there is none of that id."""
        return await self._store.run(lambda db: statuses.status(db, id_))

    async def latest(self, limit: int = 100, hook: str = PERSON_DELETED) -> list[DeletionStatus]:
        """The newest deletions, or logins that ended, newest first."""
        return await self._store.run(lambda db: statuses.latest(db, limit, hook))

    async def retry(self, id_: str) -> int:
        """Ask plugins again that refused; returns how many."""
        count = await self._store.run(lambda db: receipts.again(db, id_, self._clock()))
        self.woken.set()
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

    async def place(self, id_: str) -> None:
        """Settle up to which event a request goes: the last one there is, with all that is on its way."""
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
        if self.on_refresh is not None:
            await self.on_refresh()
        since = self._clock() - LATE_MS
        for asked in await self._store.run(requests.at_work):
            for subject in asked.subjects:
                if subject.who is not None and asked.hook == PERSON_DELETED:
                    self._bars.bar(subject.who, asked.upto)
        self._bars.remember(self._store.keyed, await self._store.run(lambda db: requests.forgotten_since(db, since)))
        await self._show(PERSON_DELETED, metrics.deletions_open)
        await self._show(LOGIN_ENDED, metrics.login_endings_open)

    async def _show(self, hook: str, gauge: metrics.Gauge) -> None:
        counts = await self._store.run(lambda db: statuses.standing(db, hook))
        gauge.read = lambda: [((state,), float(count)) for state, count in counts.items()]

    async def watch(self) -> None:
        """Keep `refresh`ing, for ever."""
        while True:
            try:
                await self.refresh()
            except JournalError as error:
                log.warning("requests to forget people could not be looked at: %s", error)
            await asyncio.sleep(_LOOK)
