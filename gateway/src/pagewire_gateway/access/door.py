"""All that tells who somebody is, put together."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from msgspec import structs

from pagewire_gateway.access import cookies
from pagewire_gateway.access.callers import LOCAL, Caller
from pagewire_gateway.access.keys import session_key
from pagewire_gateway.access.oidc import Oidc
from pagewire_gateway.access.rates import Rates
from pagewire_gateway.access.reviewing import Reviewing
from pagewire_gateway.access.sessions import Session, Sessions
from pagewire_gateway.access.standing import Standing
from pagewire_gateway.access.tokens import Tokens, TokensError
from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.exposure import is_loopback
from pagewire_gateway.config import Settings, SettingsError
from pagewire_gateway.login.spent import Once

_ATTEMPTS: Final = 10
"""Log-ins that may fail at once from one address; one more every six seconds."""
RETURN: Final = "/console/login/return"


class Found(NamedTuple):
    """Who sent a request.

    Attributes:
        caller: ``None`` for nobody that is known.
        renew: the value of a cookie that should go back with the answer; empty for none.
        stale: somebody was known, and the identity provider has to say again who they are.
    """

    caller: Caller | None
    renew: str = ""
    stale: bool = False


class Access:
    """Who may reach the admin port.

    Args:
        settings: everything that can be set.
        spent: remembers what was used once.
        clock: milliseconds since 1970.

    Raises:
        SettingsError: what is configured cannot be used.
    """

    def __init__(self, settings: Settings, spent: Once, clock: Callable[[], int]) -> None:
        told = settings.access
        self._told = told
        try:
            self.tokens = Tokens(settings.admin_token, told.tokens)
        except TokensError as error:
            raise SettingsError(str(error)) from error
        self.asks = bool(self.tokens) or told.asks
        """Whether callers have to show who they are."""
        key = session_key(told.key, settings.data) if self.asks else bytes(32)
        self.sessions = Sessions(key, spent, told.idle, told.session, clock)
        self.oidc = Oidc(told.oidc, self._return(settings), spent) if told.oidc.issuer else None
        self._reviewing = Reviewing(settings) if told.kubernetes else None
        self._standing = Standing(self.tokens, self.oidc, self._reviewing, told.recheck, clock)
        self._rates = Rates(told.rate, 10 * told.rate)
        self._attempts = Rates(_ATTEMPTS / 60, _ATTEMPTS)

    async def aclose(self) -> None:
        """Close what speaks with the cluster."""
        if self._reviewing is not None:
            await self._reviewing.aclose()

    async def identify(self, headers: Headers, source: str, *, changes: bool = False) -> Found:
        """Who sent a request.

        Args:
            headers: of the request.
            source: the address it came from.
            changes: it is to change something.

        Raises:
            AdminError: their token is wrong, or they ask too often.
        """
        if not self.asks:
            return Found(LOCAL)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and given.strip():
            found = Found((await self.bearer(given.strip(), source))[0])
        else:
            found = await self._of_cookie(headers, changes=changes)
        if found.caller is not None:
            self._check_rate(found.caller)
        return found

    async def bearer(self, token: str, source: str) -> tuple[Caller, str]:
        """Whose token it is, and its mark for a session.

        Raises:
            AdminError: nobody's, or too many were tried.
        """
        known = self.tokens.of(token)
        if known is not None:
            return known
        if self._reviewing is not None:
            self.check_attempts(source)
            caller = await self._reviewing.of(token)
            if caller is not None:
                return caller, ""
        self._attempts.wait(source, time.monotonic())
        raise refused()

    def check_attempts(self, source: str) -> None:
        """Refuse an address from which too many log-ins failed.

        Raises:
            AdminError: it has to wait.
        """
        if (seconds := self._attempts.wait(source, time.monotonic(), cost=0)) > 0:
            raise _slower(seconds, "Too many log-ins failed from this address.")

    def is_secure(self, headers: Headers) -> bool:
        """Whether cookies are for https only: always, but where a browser sits at the machine itself."""
        if self._told.url:
            return self._told.url.startswith("https://")
        return not is_loopback(urlsplit(f"//{headers.get('host', '')}").hostname or "")

    def session_cookie(self, session: Session, headers: Headers) -> str:
        """The cookie of a session, as a header."""
        sealed, secure = self.sessions.sealed(session), self.is_secure(headers)
        return cookies.write(cookies.SESSION, sealed, secure=secure, age=int(self._told.session))

    async def session_of(self, headers: Headers) -> Session | None:
        """The session of a request, if it has one that counts."""
        value = cookies.read(headers.get("cookie", ""), cookies.SESSION, secure=self.is_secure(headers))
        session = await self.sessions.read(value)
        role = await self._standing.role(session) if session else None
        return structs.replace(session, role=role) if session and role else None

    async def _of_cookie(self, headers: Headers, *, changes: bool) -> Found:
        session = await self.session_of(headers)
        if session is None or self._standing.is_stale(session, changes=changes):
            return Found(None, stale=session is not None)
        renewed = self.sessions.renewed(session)
        return Found(session.caller, self.session_cookie(renewed, headers) if renewed else "")

    def _check_rate(self, caller: Caller) -> None:
        who = caller.session or f"{caller.how} {caller.name}"
        if (seconds := self._rates.wait(who, time.monotonic())) > 0:
            raise _slower(seconds, "You ask too often.")

    def _return(self, settings: Settings) -> str:
        return (self._told.url or f"http://{settings.admin.host}:{settings.admin.port}").rstrip("/") + RETURN


def refused() -> AdminError:
    """Nobody is known by this token."""
    return AdminError(
        401,
        "unauthorized",
        "The admin port asks who you are.",
        "Send `Authorization: Bearer TOKEN` (the CLI reads it from PAGEWIRE_ADMIN_TOKEN), or log in at /console.",
    )


def _slower(seconds: float, said: str) -> AdminError:
    return AdminError(429, "too_many", said, f"Try again in {max(1, round(seconds))} s.")
