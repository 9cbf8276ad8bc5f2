"""Logins that end because their person took the app back: accounts close at once, tokens go, plugins are told."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from pagewire.people import ScopedId
from pagewire_gateway.login.keeping import Held, Keeper, KeepError
from pagewire_gateway.login.visit import full_name
from pagewire_gateway.people import ended_tokens
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.port import LOGIN_ENDED, NotNow, Subject
from pagewire_gateway.people.requests import Asked
from pagewire_gateway.people.store import Store
from pagewire_gateway.registry.ended import Ended, digest_of
from pagewire_gateway.registry.port import App, LoginToken, Name, Registry, Spoken

from .signed_request import SignedRequest

log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Logins that are looked at together: an app may have hundreds, and the API server has others to serve."""
_SLACK = 60
"""Seconds by which our clock and Meta's may differ, in favour of the request."""


class Endings:
    """Ends logins.

    Args:
        registry: knows the logins, and closes accounts.
        keeper: has the tokens.
        store: remembers which tokens ended.
        deletion: carries on after a crash, and tells plugins.
        clock: milliseconds since 1970.
    """

    def __init__(
        self, registry: Registry, keeper: Keeper, store: Store, deletion: Deletion, clock: Callable[[], int]
    ) -> None:
        self._registry, self._keeper, self._store = registry, keeper, store
        self._deletion, self._clock = deletion, clock
        self._closed: dict[Name, Ended] = {}
        self._one_at_a_time = asyncio.Lock()
        deletion.on_refresh = self.refresh

    async def end(self, app: App, asked: SignedRequest, ground: str) -> int:
        """End the logins of a person that are older than their request; a newer one was meant to be.

        When it returns, this is written down and their accounts are closed. The tokens are gone, or go as soon as they can be
        written.

        Args:
            app: which they took back.
            asked: their request.
            ground: why, as plugins are told.

        Returns:
            How many logins ended.

        Raises:
            KeepError: it cannot be found out for now whose the logins are.
            JournalError: it could not be written down.
        """
        tokens = await self._of(app, asked)
        if not tokens:
            return 0
        spoken = {full_name(token): await self._registry.spoken((token.namespace, token.name)) for token in tokens}
        new = Asked(
            id=f"e-{secrets.token_hex(10)}", ground=ground, requested=asked.issued_at * 1000, upto=0, erased=False,
            subjects=tuple(self._subjects(asked.user_id, spoken)), hook=LOGIN_ENDED,
        )  # fmt: skip
        marks, now = _marks(spoken), self._clock()
        await self._deletion.end(new, lambda db: ended_tokens.note(db, marks, now))
        await self.refresh()
        try:
            await self.run(new)
        except NotNow as error:
            log.error("a login that ended is closed, and its token taken away later: %s", error)  # noqa: TRY400
        return len(tokens)

    async def run(self, asked: Asked) -> dict[str, int]:
        """See `people.carrying.Ending`."""
        names = {subject.token: subject.who.id for subject in asked.subjects if subject.who is not None}
        try:
            async with self._one_at_a_time:
                for token in self._known(names):
                    await self._take_away(token, names[full_name(token)], asked.requested // 1000)
        except KeepError as error:
            raise NotNow(str(error)) from error
        return {"logins": len(names)}

    async def _take_away(self, token: LoginToken, user: str, issued_at: int) -> None:
        while _is_of(held := await self._keeper.held(token), user, issued_at):
            # What was stored a moment ago is another login, and stays: so it is looked at again.
            if await self._keeper.forget(token, held):
                log.warning("the login for %s ended: its person took the app back", full_name(token))
                return

    async def refresh(self) -> None:
        """Have the accounts closed whose tokens ended, also through other processes.

        Raises:
            JournalError: it cannot be read which.
        """
        ended = await self._store.run(ended_tokens.every)
        if ended != self._closed:
            await self._registry.end(ended)
            self._closed = ended

    async def _of(self, app: App, asked: SignedRequest) -> list[LoginToken]:
        tokens = list(self._registry.logins((app.namespace, app.name)))
        slots = asyncio.Semaphore(_AT_ONCE)

        async def held(token: LoginToken) -> Held:
            async with slots:
                return await self._keeper.held(token)

        found = await asyncio.gather(*map(held, tokens))
        return [token for token, one in zip(tokens, found, strict=True) if _is_of(one, asked.user_id, asked.issued_at)]

    def _known(self, names: Iterable[str]) -> Sequence[LoginToken]:
        wanted = set(names)
        logins = (token for app in self._registry.apps() for token in self._registry.logins((app.namespace, app.name)))
        return [token for token in logins if full_name(token) in wanted]

    def _subjects(self, user: str, spoken: dict[str, list[Spoken]]) -> Iterable[Subject]:
        accounts = [(one.account.object, one.account.id, token) for token, found in spoken.items() for one in found] + [
            ("token", token, token) for token, found in spoken.items() if not found
        ]
        for place, (object_, account, token) in enumerate(accounts):
            who = ScopedId(object_, account, user)
            hash_ = self._store.keyed.of(who)
            yield Subject(place=place, object=object_, account=account, hash=hash_, who=who, token=token)


def _is_of(held: Held, user: str, issued_at: int) -> bool:
    return user in held.ids and held.at <= datetime.fromtimestamp(issued_at + _SLACK, UTC)


def _marks(spoken: dict[str, list[Spoken]]) -> dict[Name, Ended]:
    return {
        one.token: Ended(digest_of(one.account.token), login)
        for login, found in spoken.items()
        for one in found
        if one.account.token is not None
    }
