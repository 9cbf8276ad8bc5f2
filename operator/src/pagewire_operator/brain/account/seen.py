"""What one look at a Page or an Instagram account showed. No I/O."""

from collections.abc import Mapping
from typing import Any

from pagewire.resources import Condition, InstagramAccount, MessengerPage, OtherApp
from pagewire_operator.brain.permissions import Grants
from pagewire_operator.brain.report import Seen
from pagewire_operator.model import Key

__all__ = ["Account", "AccountSeen"]

Account = MessengerPage | InstagramAccount


class AccountSeen(Seen, frozen=True, kw_only=True):
    """A look at an account.

    Attributes:
        holder: the older resource that claims the same account; then nothing else was looked at.
        token: the AccessToken in use, for people; empty if the spec names none.
        token_valid: what that AccessToken says of itself.
        grants: what was granted to it; ``None`` if nobody knows yet.
        name, username: at Meta.
        fields: the fields of this app; ``None`` if they were not looked at, empty if it is not subscribed.
        others: other apps that are subscribed.
        profile: the properties that are set, by Meta's names; ``None`` if they were not looked at.
        needed_by: Instagram accounts that need the Page to stay subscribed.
        replaced: properties of somebody else's that a step of this reconciliation replaced.
        last_good: when the fields were last seen as wanted, in seconds since 1970; ``None`` if not since the start.
    """

    holder: Key | None = None
    token: str = ""
    token_valid: Condition | None = None
    grants: Grants | None = None
    name: str | None = None
    username: str | None = None
    fields: frozenset[str] | None = None
    others: tuple[OtherApp, ...] = ()
    profile: Mapping[str, Any] | None = None
    needed_by: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    last_good: float | None = None
