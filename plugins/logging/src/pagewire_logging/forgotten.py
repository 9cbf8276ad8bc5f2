"""The line about a person who has to be forgotten: it tells whoever keeps the log which lines have to go. Pure."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from pagewire.context import AccountInfo
from pagewire.events import Conversation
from pagewire.people import DeletedPerson
from pagewire_logging.line import SCHEMA_PREFIX, hash_of

DELETION_SCHEMA: Final = f"{SCHEMA_PREFIX}deletion/v1"


class DeletionLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is written of a person who asked to be forgotten.

    Attributes:
        schema: name and version of this shape.
        time: when the line was made, UTC.
        request: id of the deletion request; a repeat of the call writes it again.
        ground: why.
        requested: lines of events up to then have to go, UTC.
        object: ``page`` or ``instagram``.
        account: id of the Page or Instagram account.
        namespace: of the account's resource.
        name: of the account's resource.
        person: scoped id, as the lines of the person have it; missing with ``hashIds``. It has to go as well in the end.
        person_hash: in its place, with ``hashIds``.
    """

    schema: str
    time: datetime
    request: str
    ground: str
    requested: datetime
    object: str
    account: str
    namespace: str
    name: str
    person: str | None = None
    person_hash: str | None = None


def deletion_line(person: DeletedPerson, account: AccountInfo, time: datetime, key: bytes | None) -> DeletionLine:
    """The line of a person.

    Args:
        person: who has to be forgotten.
        account: whose person it is.
        time: now.
        key: for the hash of scoped ids; ``None`` to write them as they are.
    """
    who = Conversation(person.object, person.account, person.id)
    return DeletionLine(
        schema=DELETION_SCHEMA,
        time=time,
        request=person.request,
        ground=person.ground,
        requested=person.requested,
        object=person.object,
        account=person.account,
        namespace=account.namespace,
        name=account.name,
        person=person.id if key is None else None,
        person_hash=None if key is None else hash_of(who, key),
    )
