"""What every keeper of logins does, and what is written beside a token."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from pagewire.resources.token import LOGIN_SUFFIX, PAGE_TOKEN_KEY, TOKEN_KEY
from pagewire.sealed import Sealed
from pagewire_gateway.registry.port import LoginToken

from .grant import Grant

USER: Final = "pagewire.dev/login-user"
"""Annotation: app-scoped ids of who logged in, so that a deauthorization finds the tokens it ends."""
AT: Final = "pagewire.dev/login-at"
"""Annotation: when."""


class KeepError(Exception):
    """A token cannot be stored; the message tells the operator what to do, and nothing of the token."""


class Held(NamedTuple):
    """Who is logged in.

    Attributes:
        ids: app-scoped; empty for nobody, and for tokens that somebody put there by hand.
        at: since when.
        version: of what is stored, as its keeper tells versions apart.
    """

    ids: frozenset[str]
    at: datetime
    version: str = ""


NOBODY: Final = Held(frozenset(), datetime.fromtimestamp(0, UTC))


def read_notes(notes: Mapping[str, str] | None, version: str = "") -> Held:
    """Who is logged in, by the annotations of a login."""
    found = notes or {}
    try:
        at = datetime.fromisoformat(found.get(AT, ""))
    except ValueError:
        at = NOBODY.at
    return Held(frozenset(found.get(USER, "").split()), at if at.tzinfo else at.replace(tzinfo=UTC), version)


class Keeper(Protocol):
    """Stores the tokens of logins: in files, or in the Secrets of a cluster."""

    async def check(self, token: LoginToken) -> None:
        """Find out whether `keep` will work.

        Raises:
            KeepError: it will not.
        """
        ...

    async def renew(self) -> int:
        """Lock what lies there in clear, or under an older key; how many logins that were.

        Raises:
            KeepError: it cannot be; the message says which, and why.
        """
        ...

    async def keep(self, token: LoginToken, grant: Grant) -> None:
        """Store a login in place of the one before, in one step.

        Raises:
            KeepError: nothing was changed.
        """
        ...

    async def forget(self, token: LoginToken, held: Held) -> bool:
        """Take a login away: its person took it back.

        Args:
            token: whose.
            held: what `held` said; another login may have taken its place since.

        Returns:
            Whether it is gone; if not, something else is stored by now, and nothing was changed.

        Raises:
            KeepError: nothing was changed.
        """
        ...

    async def held(self, token: LoginToken) -> Held:
        """Who is logged in for a token, and since when.

        Raises:
            KeepError: it cannot be read for now.
        """
        ...


def secret_name(token: LoginToken) -> str:
    """The Secret of a token's login."""
    return f"{token.name}{LOGIN_SUFFIX}"


def annotations(grant: Grant, now: datetime) -> dict[str, str]:
    """What is written beside a login."""
    return {USER: " ".join(sorted(grant.ids)), AT: now.strftime("%Y-%m-%dT%H:%M:%SZ")}


def values(token: LoginToken, grant: Grant) -> dict[str, Sealed[str]]:
    """The keys of a login's file: the person's token, and the Page's own, for no operator derives it."""
    page = grant.page(token.page_id) if token.page_id else None
    own = {PAGE_TOKEN_KEY: page.token} if page is not None and page.token is not None else {}
    return {TOKEN_KEY: grant.token, **own}
