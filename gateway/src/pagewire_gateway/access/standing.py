"""Whether the role of a session still holds: what gave it is asked again while people work."""

from collections.abc import Callable
from typing import Final

from pagewire_gateway.access.callers import ROLES, Role
from pagewire_gateway.access.oidc import Oidc
from pagewire_gateway.access.reviewing import Reviewing
from pagewire_gateway.access.sessions import Session
from pagewire_gateway.access.tokens import Tokens

_GRACE: Final = 1.1
"""Times as long a session may look at pages as it may change something."""


class Standing:
    """Asks the file of tokens with each request, the cluster every half minute, and the identity provider now and then.

    Args:
        tokens: those that sessions may have begun with.
        oidc: the identity provider; ``None`` without one.
        reviewing: the cluster; ``None`` if it does not judge.
        recheck: seconds after which people are sent to the provider again.
        clock: milliseconds since 1970.
    """

    def __init__(
        self,
        tokens: Tokens,
        oidc: Oidc | None,
        reviewing: Reviewing | None,
        recheck: float,
        clock: Callable[[], int],
    ) -> None:
        self._tokens, self._oidc, self._reviewing = tokens, oidc, reviewing
        self._recheck, self._clock = recheck, clock

    async def role(self, session: Session) -> Role | None:
        """The role that a session has now; ``None`` once it has none.

        Raises:
            AdminError: the cluster cannot be asked.
        """
        if session.how == "token":
            # Whoever is given another role logs in anew, and so sees it.
            return session.role if self._tokens.still(session.name, session.mark) == session.role else None
        if session.how == "oidc":
            return self._oidc.role_of(session.groups) if self._oidc else None
        if self._reviewing is None:
            return None
        if not session.groups:
            return None if self._is_old(session, self._recheck) else session.role
        now = await self._reviewing.role(session.name, session.groups)
        # What else the token said may have narrowed its owner's rights, and is not known any more: a session gains nothing.
        return min(now, session.role, key=ROLES.index) if now else None

    def is_stale(self, session: Session, *, changes: bool) -> bool:
        """Whether the identity provider has to be asked again, which only the person's browser can.

        Args:
            session: one that counts.
            changes: it is to change something. What shows how that went must not be kept from it by the next look, for browsers
                let no form lead to another site.
        """
        return session.how == "oidc" and self._is_old(session, self._recheck * (1.0 if changes else _GRACE))

    def _is_old(self, session: Session, most: float) -> bool:
        return self._clock() // 1000 - session.checked > most
