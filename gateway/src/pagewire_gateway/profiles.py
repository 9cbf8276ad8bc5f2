"""Who people are, as far as Meta tells: cached, budgeted, and never in the way of an answer."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable

from pagewire.context import Person
from pagewire.graph import GraphError
from pagewire.graph.wire import Platform
from pagewire.people import ScopedId
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.pace import Pace
from pagewire_gateway.registry.port import Account

log = logging.getLogger(__name__)

_KEPT = 50_000
_FRESH = 24 * 3_600_000
_ABSENT_FRESH = 600_000
_RATE, _BURST = 5.0, 20.0
_LONGEST = 5.0

Key = tuple[str, str, str]


class Profiles:
    """Looks people up.

    Args:
        clients: who speaks for an account.
        clock: milliseconds since 1970.
    """

    def __init__(self, clients: GraphClients, clock: Callable[[], int]) -> None:
        self._clients = clients
        self._clock = clock
        self._known: OrderedDict[Key, tuple[Person | None, int]] = OrderedDict()
        self._asked: dict[Key, asyncio.Task[Person | None]] = {}
        self._paces: dict[tuple[str, str], Pace] = {}

    async def person(self, account: Account, person: str) -> Person | None:
        """The profile, or ``None`` if Meta does not tell; never raises.

        Look-ups count against the Page's allowance, so each person is asked for once a day, and at most five people a second.
        """
        key = (account.object, account.id, person)
        kept = self._known.get(key)
        if kept is not None and kept[1] > self._clock():
            return kept[0]
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(account, key))
        return await asyncio.shield(self._asked[key])

    def forget(self, who: ScopedId) -> None:
        """Forget a person."""
        self._known.pop((who.object, who.account, who.id), None)

    async def _ask(self, account: Account, key: Key) -> Person | None:
        try:
            async with asyncio.timeout(_LONGEST):
                found = await self._fetch(account, key[2])
        except Exception as error:  # noqa: BLE001 - a profile must never stand in the way of an answer
            said = error if isinstance(error, GraphError) else type(error).__name__
            log.info("no profile for a person of account %s: %s", account.id, said)
            found = None
        finally:
            del self._asked[key]
        self._keep(key, found)
        return found

    async def _fetch(self, account: Account, person: str) -> Person | None:
        if account.token is None:
            return None
        pace = self._paces.setdefault((account.object, account.id), Pace(_RATE, _BURST, self._clock))
        await pace.turn()
        platform: Platform = "messenger" if account.object == "page" else "instagram"
        got = await self._clients.of(account).profile(person, account.token.reveal(), platform)
        return Person(
            id=person, first_name=got.first_name, last_name=got.last_name, name=got.name, username=got.username
        )

    def _keep(self, key: Key, found: Person | None) -> None:
        self._known[key] = (found, self._clock() + (_FRESH if found else _ABSENT_FRESH))
        self._known.move_to_end(key)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
