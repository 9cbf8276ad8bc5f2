"""A login that ended because the person behind it took the app back."""

from datetime import datetime

from msgspec import Struct

__all__ = ["EndedLogin"]


class EndedLogin(Struct, frozen=True, kw_only=True):
    """A login that ended, as one account feels it: nothing can be sent in its name until somebody logs in again.

    Attributes:
        object: ``page`` or ``instagram``.
        account: Page id or Instagram professional account id.
        token: the AccessToken that the login was for, as ``namespace/name``; the account's own may be derived from it.
        user: app-scoped id of the person who had logged in; personal data. On Instagram it may be the account's own id.
        request: id of what Meta asked for; the same for every account and attempt.
        ground: ``deauthorize_callback``: they took the app back; ``data_deletion_callback``: they want their data deleted.
        requested: when, as Meta says, UTC.
    """

    object: str
    account: str
    token: str
    user: str
    request: str
    ground: str
    requested: datetime
