"""Who people are, as far as Meta tells: kept, budgeted, and never in the way of an answer."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec

from pagewire.context import Person
from pagewire.events import Event
from pagewire.graph import GraphError
from pagewire.graph.wire import Platform
from pagewire.people import People, ScopedId
from pagewire_gateway import window
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import JournalError, Stored
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.people import lives, profile_rows
from pagewire_gateway.people.desk import Desk, Linking
from pagewire_gateway.people.profile_rows import Known
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.lookups import PROFILE, looked_up

log = logging.getLogger(__name__)

_KEPT = 50_000
_LONGEST = 5.0


class Profiles:
    """Looks people up: in memory, then in the store, then at Meta.

    Args:
        clients: who speaks for an account.
        budgets: what each account may ask of Meta; look-ups wait once its allowance runs short.
        linking: takes what plugins assert of people, and has the store.
        clock: milliseconds since 1970.
    """

    def __init__(self, clients: GraphClients, budgets: Budgets, linking: Linking, clock: Callable[[], int]) -> None:
        self._clients = clients
        self._budgets = budgets
        self._linking = linking
        self._store = linking.store
        self._clock = clock
        self._known: OrderedDict[ScopedId, Known] = OrderedDict()
        self._asked: dict[ScopedId, asyncio.Task[Known]] = {}
        self._closed_until: dict[tuple[str, str], int] = {}

    def desk(self, event: Event, account: Account, plugin: str) -> People:
        """What a plugin may say about the person of an event."""
        return Desk(self._linking, event, account, plugin)

    async def person(self, account: Account, person: str) -> Person | None:
        """The profile, or ``None`` if Meta does not tell; never raises.

        Look-ups count against the Page's allowance, so each person is asked for once a day, and at most five people a second. One
        who is known is told at once, and read again behind the scenes when that is due.
        """
        who = ScopedId(account.object, account.id, person)
        known = self._known.get(who) or await self._remembered(who)
        now = self._clock()
        if known is not None and known.until > now:
            return self._told(known)
        task = self._asked.get(who)
        if task is None:
            task = self._asked[who] = asyncio.ensure_future(self._ask(account, who, known))
        if known is not None and known.person is not None and known.fetched > now - lives.KEPT_MS:
            return self._told(known)
        try:
            return self._told(await asyncio.shield(task))
        except asyncio.CancelledError:
            if task.cancelled():
                return None  # They asked to be forgotten meanwhile.
            raise

    def observe(self, stored: Sequence[Stored]) -> None:
        """Take in events that just became durable: who writes consents to be looked up."""
        for event in stored:
            conversation = event.item.conversation
            if conversation is None or not self._known:
                continue
            known = self._known.get(ScopedId(*conversation))
            if known is not None and known.code == lives.NO_CONSENT and window.opens(event.item):
                self._keep(ScopedId(*conversation), msgspec.structs.replace(known, until=0))

    def forget(self, who: ScopedId) -> None:
        """Forget a person; a look-up that is under way is given up."""
        self._known.pop(who, None)
        task = self._asked.get(who)
        if task is not None:
            task.cancel()

    async def aclose(self) -> None:
        """Give up look-ups that are under way."""
        await cancelled(*self._asked.values())

    def _told(self, known: Known) -> Person | None:
        if known.person is None or known.fetched > self._clock() - lives.PICTURE_MS:
            return known.person
        return msgspec.structs.replace(known.person, picture_url=None)

    async def _remembered(self, who: ScopedId) -> Known | None:
        try:
            known = await self._store.run(lambda db: profile_rows.read(db, who))
        except JournalError as error:
            log.info("profiles cannot be read from the store: %s", error)
            return None
        if known is not None:
            self._keep(who, known)
        return known

    async def _ask(self, account: Account, who: ScopedId, before: Known | None) -> Known:
        try:
            found = await self._answer(account, who, before)
            self._keep(who, found)
            await self._store.run(lambda db: profile_rows.write(db, who, found))
        except JournalError as error:
            log.info("a profile is kept in memory only: %s", error)
            found = self._known[who]
        finally:
            del self._asked[who]
        return found

    async def _answer(self, account: Account, who: ScopedId, before: Known | None) -> Known:
        now = self._clock()
        try:
            async with asyncio.timeout(_LONGEST):
                person = await self._fetch(account, who.id)
        except Exception as error:  # noqa: BLE001 - a profile must never stand in the way of an answer
            return self._refused(account, before, error)
        metrics.profiles.add(account.object, "told" if person else "closed")
        if person is None:
            return self._without(before, 0, 0)
        return Known(person=person, fetched=now, until=now + lives.FRESH_MS)

    def _refused(self, account: Account, before: Known | None, error: Exception) -> Known:
        said = error if isinstance(error, GraphError) else type(error).__name__
        log.info("no profile for a person of account %s: %s", account.id, said)
        code, subcode = (error.code or 0, error.subcode or 0) if isinstance(error, GraphError) else (0, 0)
        metrics.profiles.add(account.object, "refused" if code else "failed")
        self._clients.refused(account, error)
        if lives.concerns_all(code, subcode):
            self._closed_until[account.object, account.id] = self._clock() + lives.life_of(code, subcode)
        return self._without(before, code, subcode)

    def _without(self, before: Known | None, code: int, subcode: int) -> Known:
        """What was known before stays, and is asked for again later."""
        now = self._clock()
        person, fetched = (before.person, before.fetched) if before is not None and before.person else (None, now)
        return Known(
            person=person, code=code, subcode=subcode, fetched=fetched, until=now + lives.life_of(code, subcode)
        )

    async def _fetch(self, account: Account, person: str) -> Person | None:
        key = (account.object, account.id)
        if account.token is None or self._closed_until.get(key, 0) > self._clock():
            return None
        budget = self._budgets.of(key)
        await budget.turn("profile")
        platform: Platform = "messenger" if account.object == "page" else "instagram"
        with looked_up(PROFILE, account):
            got = await self._clients.of(account).profile(person, account.token.reveal(), platform)
        budget.learn(got.usage)
        return Person(
            id=person,
            first_name=got.first_name,
            last_name=got.last_name,
            name=got.name,
            username=got.username,
            picture_url=got.profile_pic,
        )

    def _keep(self, who: ScopedId, known: Known) -> None:
        self._known[who] = known
        self._known.move_to_end(who)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
