"""Who people are across accounts: scoped ids, what may be asserted of them, and a person who asked to be forgotten."""

from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

__all__ = ["DeletedPerson", "ExternalKey", "Ground", "LinkError", "Linked", "People", "ScopedId"]

Ground = Literal["verified_email", "verified_phone", "account_linking", "crm_id", "id_matching", "operator"]
"""On what ground somebody says that two ids are one person. ``id_matching`` is Meta's own word, ``operator`` a human's."""


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


class ExternalKey(NamedTuple):
    """A person as another system knows them. Only a keyed hash of it is kept, so it can be compared and never read.

    Attributes:
        kind: what it is, in lower case, such as ``email``, ``phone`` or ``crm``.
        value: the address, number or id; case and surrounding space do not count.
    """

    kind: str
    value: str


class LinkError(ValueError):
    """An assertion that cannot be taken: what it names belongs to somebody else, or its ground is none."""


class Linked(Struct, frozen=True, kw_only=True):
    """What became of an assertion.

    Attributes:
        person: id of the person, the same for all of their scoped ids; it is Pagewire's own and stays.
        linked: whether the assertion counts.
        reason: why it does not.
        members: every scoped id of the person as things stand now.
    """

    person: str
    linked: bool
    reason: str = ""
    members: tuple[ScopedId, ...] = ()


class People(Protocol):
    """The person of an event across accounts; `pagewire.Context.people`."""

    async def link(self, other: ScopedId | ExternalKey, ground: Ground) -> Linked:
        """Assert that the event's person is also this one; durable when it returns.

        The same assertion of the same event counts once, however often the hook is called, and not again after somebody undid
        it. Two ids of one account are never one person, and what an operator took apart stays apart: then `Linked.linked` is
        false, and the assertion is kept with the reason.

        Raises:
            LinkError: the event has no person, the account is not one of this namespace, or the ground is none.
        """

    async def unlink(self, other: ScopedId | ExternalKey) -> bool:
        """Take back what this plugin asserted; what was before holds again. Returns whether there was anything.

        Raises:
            LinkError: as for `link`.
        """

    async def same(self) -> tuple[ScopedId, ...]:
        """Every scoped id of the event's person, its own included; empty for an event without a person."""


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
