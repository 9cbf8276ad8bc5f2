"""What the sink is told when a person's data has to go. Pure."""

import hashlib
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from pagewire.people import DeletedPerson
from pagewire_crm_sync.cloudevent import Parcel, source_of
from pagewire_crm_sync.contact import Instant, Key, Part

TYPE: Final = "dev.pagewire.person.deleted.v1"


class Deletion(Part, frozen=True, kw_only=True):
    """A person whose data has to go."""

    key: Annotated[Key, Meta(description="Names the contact.")]
    request: Annotated[str, Meta(description="The deletion request, as it is shown to whoever asked for it.")]
    ground: Annotated[str, Meta(description="Why, such as `data_deletion_callback`.")]
    requested: Annotated[Instant, Meta(description="When it was asked for; what came later is not part of it.")]


class PersonDeleted(Struct, frozen=True, kw_only=True):
    """The CloudEvent of a deletion. Delete the contact, its timeline, and whatever was made of them."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="The same for every repeat of the request.")]
    source: Annotated[str, Meta(description="`/pagewire/{object}/{account}`, a URI reference.")]
    subject: Annotated[str, Meta(description="The person's scoped id.")]
    type: Literal["dev.pagewire.person.deleted.v1"]
    time: Annotated[Instant, Meta(description="When it was asked for.")]
    datacontenttype: Literal["application/json"]
    data: Deletion


def key_of(person: DeletedPerson) -> Key:
    """The contact of a person who has to be forgotten."""
    return Key(object=person.object, account=person.account, scoped_id=person.id)


def parcel_of(person: DeletedPerson) -> Parcel:
    """Pack a deletion. The same request gives the same bytes, however often it is packed."""
    key = key_of(person)
    event = PersonDeleted(
        specversion="1.0",
        type=TYPE,
        datacontenttype="application/json",
        id=hashlib.sha256(msgspec.json.encode((TYPE, person.request, key))).hexdigest()[:32],
        source=source_of(key),
        subject=key.scoped_id,
        time=person.requested,
        data=Deletion(key=key, request=person.request, ground=person.ground, requested=person.requested),
    )
    return Parcel(event.id, msgspec.json.encode(event))
