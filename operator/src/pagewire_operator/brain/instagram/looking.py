"""What every look at an Instagram account begins with, however the account is reached."""

from msgspec import Struct

from pagewire.resources import InstagramAccount, LocalRef
from pagewire_operator.brain.account.memory import Remembered
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import AppAccess

__all__ = ["Looking"]


class Looking(Struct, frozen=True):
    """One look.

    Attributes:
        account: at what.
        ref: its Page, or its AccessToken.
        access: its app.
        known: what was seen lately; renewed on the way.
        site: what the look may use.
    """

    account: InstagramAccount
    ref: LocalRef
    access: AppAccess
    known: Remembered
    site: Site
