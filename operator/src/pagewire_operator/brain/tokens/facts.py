"""What one look at a token showed: where it comes from, what is kept, and what Meta says of it. No I/O."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from pagewire.sealed import Sealed
from pagewire_operator.brain.report import Seen
from pagewire_operator.model import Happening

__all__ = ["DAY", "NEVER", "Facts", "Kept", "Source", "TokenSeen", "Way"]

DAY: Final = 86_400.0
NEVER: Final = 0.0
"""An expiry that never comes, as Meta writes it."""


class Way(StrEnum):
    """How a token comes into being."""

    GIVEN = "given"
    """Somebody put it into a Secret, or logged in."""
    DERIVED = "derived"
    """A Page's, from the token of its person or system user."""
    GENERATED = "generated"
    """For a system user, on behalf of an admin."""
    CREDENTIALS = "credentials"
    """Made of the app's id and secret."""
    CLIENT = "client"
    """Made of the app's id and client token."""


class Source(Struct, frozen=True, kw_only=True):
    """What a token is made from.

    Attributes:
        way: how.
        value: the given token, the parent's token, or the app's secret or client token.
        made_from: what a result made from this very source is marked with; tells whether the source changed.
        place: where the value lies, for people.
    """

    way: Way
    value: Sealed[str]
    made_from: str
    place: str


class Kept(Struct, frozen=True, kw_only=True):
    """A result in the Secret that the AccessToken owns.

    Attributes:
        token: the token in force.
        made_from: `Source.made_from` of what it was made from.
        made_at: when it came, in seconds since 1970; 0 if unknown.
        expires_at: when it ends, if Meta said so when it was made; `None` if not, 0 for never.
        permissions: what Meta said was granted when it was made (Instagram Login only).
        retired: the token before it, which is still to be revoked.
    """

    token: Sealed[str]
    made_from: str = ""
    made_at: float = 0.0
    expires_at: float | None = None
    permissions: tuple[str, ...] = ()
    retired: Sealed[str] | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """What Meta says of a token. Times are seconds since 1970.

    Attributes:
        valid: Meta accepts it.
        type: ``APP``, ``USER``, ``PAGE`` or ``SYSTEM_USER``; empty if unknown.
        app_id: the app it belongs to.
        foreign: it belongs to another app.
        user_id: the person, system user or, for Instagram Login, professional account.
        profile_id: the Page of a Page token.
        issued_at: when it was made; `None` if unknown.
        expires_at: when it ends; 0 for never, `None` if unknown.
        data_access_expires_at: when the person's 90 days of data access end; 0 for never.
        scopes: granted permissions; `None` if unknown.
        targets: of those limited to some Pages or accounts, which.
        declined, expired: permissions the person refused, or that lapsed unused.
        tasks: what its owner may do on the Page.
        code, subcode: why it is not valid.
    """

    valid: bool
    type: str = ""
    app_id: str = ""
    foreign: bool = False
    user_id: str = ""
    profile_id: str = ""
    issued_at: float | None = None
    expires_at: float | None = None
    data_access_expires_at: float = NEVER
    scopes: frozenset[str] | None = frozenset()
    targets: Mapping[str, frozenset[str]] = {}
    declined: frozenset[str] = frozenset()
    expired: frozenset[str] = frozenset()
    tasks: tuple[str, ...] = ()
    code: int | None = None
    subcode: int | None = None

    def ended(self, now: float) -> bool:
        """Whether its time is over."""
        return bool(self.expires_at) and (self.expires_at or 0.0) <= now

    def short(self, now: float) -> bool:
        """Whether it was made for hours and not for days."""
        if not self.expires_at:
            return False
        return self.expires_at - (self.issued_at or now) <= DAY


class TokenSeen(Seen, frozen=True, kw_only=True):
    """All that one look at an AccessToken showed.

    Attributes:
        app_id: of the MessengerApp; of its Instagram app for Instagram Login.
        source: what it is made from; `None` if that is missing, as `trouble` says.
        kept: the result kept so far.
        facts: of the token in force: the kept one, else the given one.
        offered: of the given token, where it differs from the one in force.
        access: ``Standard`` or ``Advanced`` as far as anybody can know; ``None`` if not.
        notes: what people should hear of.
    """

    app_id: str = ""
    source: Source | None = None
    kept: Kept | None = None
    facts: Facts | None = None
    offered: Facts | None = None
    access: Literal["Standard", "Advanced"] | None = None
    notes: tuple[Happening, ...] = ()

    @property
    def token(self) -> Sealed[str] | None:
        """The token in force."""
        if self.kept is not None:
            return self.kept.token
        return self.source.value if self.source is not None and self.source.way is Way.GIVEN else None

    @property
    def changed(self) -> bool:
        """Whether the source is another than what the kept result was made from."""
        return self.source is not None and self.kept is not None and self.kept.made_from != self.source.made_from
