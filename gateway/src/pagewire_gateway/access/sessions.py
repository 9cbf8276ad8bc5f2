"""What a browser keeps of a log-in: sealed, so that no process has to remember it, and ended by a mark when people log out."""

import hmac
import secrets
from collections.abc import Callable
from typing import Final, TypeVar

from msgspec import Struct, structs

from pagewire_gateway.access.callers import Caller, How, Role
from pagewire_gateway.login.seals import seal, unseal
from pagewire_gateway.login.spent import Once

T = TypeVar("T", bound=Struct)

_FRESH: Final = 60
"""Seconds for which a session is not sealed anew."""
_GROUPS: Final = 1500
"""Characters of somebody's groups that fit into a cookie; who has more shows anew who they are."""


class Session(Struct, frozen=True, kw_only=True):
    """A log-in.

    Attributes:
        mark: of the token it began with; empty for other ways.
        groups: what the role comes from, see `Caller`.
        checked: when the identity provider or the cluster last said so, seconds since 1970.
        begun: seconds since 1970.
        seen: when it was last sealed, seconds since 1970.
    """

    id: str
    name: str
    role: Role
    how: How
    begun: int
    seen: int
    mark: str = ""
    groups: tuple[str, ...] = ()
    checked: int = 0

    @property
    def caller(self) -> Caller:
        """Who it is of."""
        return Caller(name=self.name, role=self.role, how=self.how, session=self.id)


class Sessions:
    """Begins, reads and ends sessions.

    Args:
        key: they are sealed with.
        spent: remembers those that were ended.
        idle: seconds without a request after which one ends.
        longest: seconds after which it ends in any case.
        clock: milliseconds since 1970.
    """

    def __init__(self, key: bytes, spent: Once, idle: float, longest: float, clock: Callable[[], int]) -> None:
        self._key, self._spent, self._clock = key, spent, clock
        self._idle, self._longest = idle, longest

    def begin(self, caller: Caller, mark: str = "") -> Session:
        """A session for whoever has just shown who they are."""
        now = self._now()
        return Session(
            id=secrets.token_urlsafe(18),
            name=caller.name,
            role=caller.role,
            how=caller.how,
            begun=now,
            seen=now,
            mark=mark,
            groups=caller.groups if sum(map(len, caller.groups)) <= _GROUPS else (),
            checked=now,
        )

    def again(self, session: Session, caller: Caller) -> Session:
        """The same session, of somebody who has shown anew who they are: forms of other windows stay good, and its end stays."""
        now = self._now()
        return structs.replace(session, role=caller.role, groups=caller.groups, seen=now, checked=now)

    def sealed(self, session: Session) -> str:
        """The value of its cookie."""
        return seal(session, self._key)

    def sealed_as(self, value: Struct) -> str:
        """Something else for the browser to bring back, sealed with the same key."""
        return seal(value, self._key)

    def opened(self, value: str, type_: type[T]) -> T | None:
        """What was sealed as that type; ``None`` if this is not."""
        return unseal(value, type_, [self._key]) if value else None

    async def read(self, value: str) -> Session | None:
        """The session of a cookie; ``None`` if it is none, or is over."""
        session = self.opened(value, Session)
        if session is None or self._over(session) or await self._spent.used(_ended(session)):
            return None
        return session

    def renewed(self, session: Session) -> Session | None:
        """The same session to be sealed anew, as it is in use; ``None`` if it was a moment ago."""
        now = self._now()
        return structs.replace(session, seen=now) if now - session.seen >= min(_FRESH, self._idle / 4) else None

    async def end(self, session: Session) -> None:
        """Let it count no more, whoever has a copy of the cookie."""
        await self._spent.claim(_ended(session), int(session.begun + self._longest) + 1, self._now())

    def form_token(self, session: str) -> str:
        """What forms carry that were made for a session."""
        return hmac.new(self._key, f"form of {session}".encode(), "sha256").hexdigest()

    def _over(self, session: Session) -> bool:
        now = self._now()
        return now - session.seen > self._idle or now - session.begun > self._longest

    def _now(self) -> int:
        return self._clock() // 1000


def _ended(session: Session) -> str:
    return f"console session {session.id}"
