"""What the sink learns of one thing that happened: an entry of a person's, a Page's or an account's timeline. Pure.

An entry holds ids, states, figures and what the business itself put behind its buttons and links. It never holds what people
wrote, and no token that lets its holder write to a person.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from pagewire.events import Event
from pagewire_crm_sync.cloudevent import Parcel, source_of
from pagewire_crm_sync.contact import Instant, Key, Part
from pagewire_crm_sync.facts import is_user_ref

TYPE: Final = "dev.pagewire.timeline.recorded.v1"

Facts = dict[str, Any]


class Subject(Part, frozen=True, kw_only=True):
    """Whose timeline it is: a person's, or without `scopedId` that of the Page or Instagram account."""

    object: Annotated[str, Meta(description="`page` for Messenger, `instagram` for Instagram.")]
    account: Annotated[str, Meta(description="Page id, or Instagram professional account id.")]
    scoped_id: Annotated[str | None, Meta(description="The person's scoped id.")] = None


class Entry(Part, frozen=True, kw_only=True):
    """One thing that happened."""

    key: Annotated[Subject, Meta(description="Whose timeline it is.")]
    event: Annotated[str, Meta(description="The event's id: the same for every repeat. Keep one entry for each.")]
    kind: Annotated[str, Meta(description="Kind of the event.")]
    direction: Annotated[Literal["inbound", "outbound"], Meta(description="`outbound`: the business side did it.")]
    standby: Annotated[bool, Meta(description="Another app, or a human, had the conversation.")] = False
    at: Annotated[Instant, Meta(description="When it happened.")]
    facts: Annotated[Facts, Meta(description="What happened, by kind.")] = {}


class TimelineRecorded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The CloudEvent of one entry."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="The same for every repeat of an event.")]
    source: Annotated[str, Meta(description="`/pagewire/{object}/{account}`, a URI reference.")]
    subject: Annotated[str | None, Meta(description="The person's scoped id.")] = None
    type: Literal["dev.pagewire.timeline.recorded.v1"]
    time: Annotated[Instant, Meta(description="When it happened.")]
    datacontenttype: Literal["application/json"]
    data: Entry


def entry_of(event: Event, facts: Facts) -> Entry:
    """The entry of an event.

    Args:
        event: any event.
        facts: what of it leaves the house; see `pagewire_crm_sync.recorded`.
    """
    person = None if event.person is None or is_user_ref(event, event.person) else event.person
    return Entry(
        key=Subject(object=event.object, account=event.account, scoped_id=person),
        event=event.id,
        kind=event.kind,
        direction=event.direction,
        standby=event.channel == "standby",
        at=event.timestamp,
        facts=facts,
    )


def parcel_of(entry: Entry) -> Parcel:
    """Pack an entry. The same entry gives the same bytes, whenever and however often it is packed."""
    recorded = TimelineRecorded(
        specversion="1.0",
        type=TYPE,
        datacontenttype="application/json",
        id=hashlib.sha256(f"{TYPE}:{entry.event}".encode()).hexdigest()[:32],
        source=source_of(Key(object=entry.key.object, account=entry.key.account, scoped_id="")),
        subject=entry.key.scoped_id,
        time=entry.at,
        data=entry,
    )
    return Parcel(recorded.id, msgspec.json.encode(recorded))


def instant(when: datetime | None) -> str | None:
    """A time as it stands in JSON."""
    return None if when is None else when.isoformat().replace("+00:00", "Z")
