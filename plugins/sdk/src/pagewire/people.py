"""Who people are across accounts: scoped ids, what may be asserted of them, and a person who asked to be forgotten."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

__all__ = ["DeletedPerson", "ScopedId"]


class ScopedId(NamedTuple):
    """One person as one account, or one app, knows them.

    Attributes:
        object: ``page`` (a PSID), ``instagram`` (an IGSID), or ``app`` (an app-scoped user id, as Facebook Login gives).
        account: Page id, Instagram professional account id, or app id.
        id: valid for this account only.
    """

    object: str
    account: str
    id: str


class DeletedPerson(Struct, frozen=True, kw_only=True):
    """A person whose data has to go, as one account knows them.

    Attributes:
        object: ``page`` or ``instagram``.
        account: Page id or Instagram professional account id.
        id: the person's scoped id on that account.
        request: id of the deletion request; the same for every attempt, and shown to whoever asked.
        ground: why, such as ``data_deletion_callback`` or ``operator``.
        requested: when the deletion was asked for, UTC; what the person did later is not part of it.
    """

    object: str
    account: str
    id: str
    request: str
    ground: str
    requested: datetime
