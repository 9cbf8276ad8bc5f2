"""Which scoped ids are one person by Meta's own word: ID matching, asked when an operator says so.

Meta has taken the guide out of its documentation while the edge still answers (graph.md 6): nothing else depends on it, it is off
unless it is switched on, and a refusal is told as it is.
"""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Final

import apsw
from msgspec import Struct

from pagewire.graph import GraphError
from pagewire.graph.errors import Backoff
from pagewire.people import ScopedId
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.people import identities, links
from pagewire_gateway.people.forgotten import FORGOTTEN, forgotten
from pagewire_gateway.people.links import Assertion
from pagewire_gateway.people.store import Store
from pagewire_gateway.registry.port import Account, Registry
from pagewire_gateway.telemetry.lookups import MATCHING, looked_up

META: Final = "meta"
"""Who says so."""
PATIENCE: Final = 15.0
"""Seconds for a turn and Meta's answer."""
_DAY = 86_400_000


class MatchError(Exception):
    """Nobody can be asked, or Meta does not say.

    Args:
        code: ``off``, ``not_a_page``, ``unknown``, ``no_token``, ``refused`` or ``too_slow``.
        said: a sentence for people.
    """

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


class Match(Struct, frozen=True, kw_only=True):
    """What Meta said of one other id.

    Attributes:
        who: the id.
        linked: it counts as the same person now, or did before.
        reason: why it does not.
    """

    who: ScopedId
    linked: bool
    reason: str = ""


class Matcher:
    """Asks Meta.

    Args:
        store: where links are kept.
        registry: accounts and their tokens.
        clients: who speaks for an account.
        budgets: what each account may ask of Meta; this waits like a profile does.
        clock: milliseconds since 1970.
        on: whether it was switched on.
    """

    def __init__(
        self,
        store: Store,
        registry: Registry,
        clients: GraphClients,
        budgets: Budgets,
        clock: Callable[[], int],
        *,
        on: bool,
    ) -> None:
        self._store, self._registry, self._clients = store, registry, clients
        self._budgets, self._clock, self._on = budgets, clock, on

    async def match(self, who: ScopedId) -> list[Match]:
        """Link a PSID with those that Meta calls the same person, on Pages of the same namespace.

        Raises:
            MatchError: nobody can be asked, or Meta does not say.
            JournalError: nothing can be written down.
        """
        account, token = await self._asked(who)
        began = self._clock()
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._ask(account, token, who)
        except TimeoutError:
            raise MatchError("too_slow", "Meta did not answer in time, or the Page's allowance is used up.") from None
        others = [other for other in found if other != who and self._served(other, account)]
        return [await self._link(who, other, began) for other in others]

    async def _asked(self, who: ScopedId) -> tuple[Account, str]:
        if not self._on:
            raise MatchError("off", "ID matching is switched off: Meta does not document it any more.")
        account = self._registry.account(*who[:2])
        if who.object != "page" or account is None:
            raise MatchError("not_a_page", "Meta matches ids of Pages only, and no resource describes this one.")
        if await self._store.run(lambda db: identities.of(db, who)) is None:
            raise MatchError("unknown", "Nobody with this id is known.")
        if account.token is None:
            raise MatchError("no_token", "The Page has no token, so Meta cannot be asked.")
        return account, account.token.reveal()

    async def _ask(self, account: Account, token: str, who: ScopedId) -> list[ScopedId]:
        budget = self._budgets.of((account.object, account.id))
        await budget.turn("profile")
        try:
            with looked_up(MATCHING, account):
                listed = await self._clients.of(account).ids_for_pages(who.id, token)
        except GraphError as error:
            budget.learn(error.usage)
            self._clients.refused(account, error)
            if isinstance(error, Backoff) and error.retry_after:
                budget.rest(error.retry_after, f"ID matching asks for a pause: {error}", "throttled")
            raise MatchError("refused", f"Meta does not say: {type(error).__name__}: {error}") from error
        budget.learn(listed.usage)
        return [ScopedId("page", str(one.page.id), str(one.id)) for one in listed.data]

    def _served(self, other: ScopedId, asked: Account) -> bool:
        account = self._registry.account(other.object, other.account)
        return account is not None and account.namespace == asked.namespace

    async def _link(self, who: ScopedId, other: ScopedId, began: int) -> Match:
        first, second = links.ordered(who, other)
        text = f"{META}:{began // _DAY}:{'/'.join(first)}:{'/'.join(second)}"
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        new = Assertion(id=digest, a=first, b=second, ground="id_matching", by=META, event="", at=began)

        def say(db: apsw.Connection) -> Match:
            if other in links.everyone(db, [who]):
                return Match(who=other, linked=True)
            if forgotten(db, self._store.keyed, who, other):
                return Match(who=other, linked=False, reason=FORGOTTEN)
            said = links.say(db, new)
            return Match(who=other, linked=said.linked, reason=said.reason)

        return await self._store.run(say)
