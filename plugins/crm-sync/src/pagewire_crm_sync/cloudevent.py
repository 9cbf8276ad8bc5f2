"""Contact -> CloudEvent -> bytes. CloudEvents 1.0, JSON event format and HTTP binding. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Final, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from pagewire_crm_sync.contact import Contact, Instant, Key

TYPE: Final = "dev.pagewire.contact.upserted.v1"
STRUCTURED = "application/cloudevents+json; charset=utf-8"
BATCH = "application/cloudevents-batch+json; charset=utf-8"


class ContactUpserted(Struct, frozen=True, kw_only=True):
    """The CloudEvent of one upsert."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="The same data has the same id, other data another.")]
    source: Annotated[str, Meta(description="`/pagewire/{object}/{account}`, a URI reference.")]
    subject: Annotated[str, Meta(description="The person's scoped id.")]
    type: Literal["dev.pagewire.contact.upserted.v1"]
    time: Annotated[Instant, Meta(description="When it happened: `lastSeen`.")]
    datacontenttype: Literal["application/json"]
    data: Contact


class Parcel(Struct, frozen=True, gc=False):
    """A CloudEvent ready to go.

    Attributes:
        id: the CloudEvent's id.
        body: its JSON.
    """

    id: str
    body: bytes


def parcel_of(contact: Contact) -> Parcel:
    """Pack a contact. The same contact gives the same bytes, whenever and however often it is packed."""
    event = ContactUpserted(
        specversion="1.0",
        type=TYPE,
        datacontenttype="application/json",
        id=_state_version(contact),
        source=source_of(contact.key),
        subject=contact.key.scoped_id,
        time=contact.last_seen,
        data=contact,
    )
    return Parcel(event.id, msgspec.json.encode(event))


def source_of(key: Key) -> str:
    """``/pagewire/{object}/{account}``, a URI reference."""
    return f"/pagewire/{quote(key.object, safe='')}/{quote(key.account, safe='')}"


def batch_body(parcels: Sequence[Parcel]) -> bytes:
    """The body of a batch request."""
    return b"[" + b",".join(parcel.body for parcel in parcels) + b"]"


def batch_id(parcels: Sequence[Parcel]) -> str:
    """The id of a batch: the same for the same upserts in the same order."""
    return "batch_" + hashlib.sha256(".".join(parcel.id for parcel in parcels).encode()).hexdigest()[:32]


def _state_version(contact: Contact) -> str:
    return hashlib.sha256(msgspec.json.encode((TYPE, contact))).hexdigest()[:32]
