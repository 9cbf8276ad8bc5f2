"""One event as one line of JSON. Pure."""

import hmac
import re
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from pagewire.context import AccountInfo, Person
from pagewire.events import Attachment, Conversation, Event, Referral, ReferralSource
from pagewire_logging.config import Include
from pagewire_logging.redaction import Shown, masked, shown

SCHEMA_PREFIX: Final = "pagewire.dev/event-log/"
SCHEMA: Final = f"{SCHEMA_PREFIX}v1"
"""Fields may be added within a version; a field that changes or goes makes the next."""

_TEXTS: Final = ("text", "message", "note", "title")
"""Fields in which kinds hold what people wrote or tapped, the most telling first."""
_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_KEYS: Final = 20


class AttachmentPart(Struct, frozen=True, omit_defaults=True):
    """One attachment.

    Attributes:
        type: as Meta names it.
        url: only with ``include.attachmentUrls``.
    """

    type: str
    url: str | None = None


class ReferralPart(Struct, frozen=True, omit_defaults=True):
    """How the person came: the values the business gave its links and ads."""

    source: str | None = None
    type: str | None = None
    ref: str | None = None
    ad_id: str | None = None


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is written of an event; fields without a default are in every line.

    Attributes:
        schema: name and version of this shape.
        time: when the line was made, UTC.
        id: id of the event, the same for every repeat, attempt and replay.
        kind: kind of the event.
        channel: ``messaging`` or ``standby``.
        direction: ``inbound`` or ``outbound``.
        object: ``page`` or ``instagram``.
        account: id of the Page or Instagram account.
        namespace: of the account's resource.
        name: of the account's resource.
        person: scoped id of the person; missing where no person is concerned, and with ``hashIds``.
        person_hash: 32 hex digits of a keyed hash in its place, with ``hashIds``.
        timestamp: when it happened, UTC.
        time_estimated: Meta gave no time; the delivery's stands in.
        received: when the gateway had it, UTC.
        lag_ms: milliseconds from `timestamp` to `received`.
        attempt: 1, or more if the gateway called again because it could not tell that the line was written.
        sample_rate: the part of such events that is written, if not all of them are.
        attachments: what came with a message.
        text_length: characters of the text, button title or note; missing if there is none.
        text: the same itself, only with ``include.text``.
        payload: of the button or quick reply, only with ``include.text``.
        referral: how the person came.
        item_keys: of an unknown kind the names of the fields Meta sent.
        unread: fields of unexpected form.
        profile: what Meta tells of the person, only with ``include.profile``.
    """

    schema: str
    time: datetime
    id: str
    kind: str
    channel: str
    direction: str
    object: str
    account: str
    namespace: str
    name: str
    timestamp: datetime
    received: datetime
    lag_ms: int
    attempt: int
    person: str | None = None
    person_hash: str | None = None
    time_estimated: bool = False
    sample_rate: float = 1.0
    attachments: tuple[AttachmentPart, ...] = ()
    text_length: int | None = None
    text: str | None = None
    payload: str | None = None
    referral: ReferralPart | None = None
    item_keys: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    profile: dict[str, str] = {}


class Occasion(Struct, frozen=True, kw_only=True):
    """What a line tells besides the event.

    Attributes:
        account: whose event it is.
        attempt: 1 for the first time.
        time: now.
        rate: the part of such events that is written.
        key: for the hash of scoped ids; ``None`` to write them as they are.
        person: the profile, if it is to be written and is known.
    """

    account: AccountInfo
    attempt: int
    time: datetime
    rate: float = 1.0
    key: bytes | None = None
    person: Person | None = None


def line_of(event: Event, occasion: Occasion, include: Include) -> Line:
    """What is written of an event."""
    text = next((found for name in _TEXTS if isinstance(found := getattr(event, name, None), str)), None)
    return Line(
        schema=SCHEMA,
        time=occasion.time,
        id=event.id,
        kind=event.kind,
        channel=event.channel,
        direction=event.direction,
        object=event.object,
        account=event.account,
        namespace=occasion.account.namespace,
        name=occasion.account.name,
        **_person(event, occasion.key),
        timestamp=event.timestamp,
        time_estimated=event.time_estimated,
        received=event.received,
        lag_ms=round((event.received - event.timestamp).total_seconds() * 1000),
        attempt=occasion.attempt,
        sample_rate=occasion.rate,
        attachments=_attachments(event, include.attachment_urls, occasion.key),
        text_length=None if text is None else len(text),
        text=_written(text, include, occasion.key) if include.text else None,
        payload=_written(_payload(event), include, occasion.key) if include.text else None,
        referral=_referral(event),
        item_keys=_item_keys(event),
        unread=event.unread,
        profile=_profile(occasion.person, include.profile, occasion.key),
    )


def encode(line: Struct) -> bytes:
    """The line as UTF-8 JSON, with the line feed that ends it."""
    try:
        return msgspec.json.encode(line) + b"\n"
    except UnicodeEncodeError:
        # A half of a surrogate pair has no UTF-8; the reader of the wire lets none through, but events can be made by hand.
        return msgspec.json.encode(_mended(msgspec.to_builtins(line))) + b"\n"


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _mended(one) for name, one in value.items()}
    return [_mended(one) for one in value] if isinstance(value, list | tuple) else value


def _person(event: Event, key: bytes | None) -> dict[str, str | None]:
    if key is None or event.conversation is None:
        return {"person": event.person}
    return {"person_hash": hash_of(event.conversation, key)}


def hash_of(who: Conversation, key: bytes) -> str:
    """The keyed hash of a person: of the whole conversation, as the same digits of two accounts are two people."""
    return hmac.digest(key, str(who).encode("utf-8", "replace"), "sha256").hex()[:32]


def _written(text: str | None, include: Include, key: bytes | None) -> str | None:
    if text is None or include.text == "hashed":
        return shown(text, include.text, key)
    return masked(text, include.phones, include.emails, key)


def _attachments(event: Event, urls: Shown, key: bytes | None) -> tuple[AttachmentPart, ...]:
    found: tuple[Attachment, ...] = getattr(event, "attachments", ())
    return tuple(AttachmentPart(one.type, shown(one.link, urls, key) if urls else None) for one in found)


def _payload(event: Event) -> str | None:
    payload = getattr(event, "payload", None)
    return payload if isinstance(payload, str) else getattr(getattr(event, "quick_reply", None), "payload", None)


def _referral(event: Event) -> ReferralPart | None:
    came = event if isinstance(event, Referral) else getattr(event, "referral", None)
    if not isinstance(came, Referral | ReferralSource):
        return None
    return ReferralPart(came.source, came.type, came.ref, came.ad_id)


def _item_keys(event: Event) -> tuple[str, ...]:
    """Names only, and only such as are names: a value must not get into the log by being somebody's key."""
    if event.kind != "unknown" or not isinstance(event.raw, dict):
        return ()
    return tuple(sorted(key for key in event.raw if _KEY.fullmatch(key)))[:_KEYS]


def _profile(person: Person | None, how: Shown, key: bytes | None) -> dict[str, str]:
    if person is None:
        return {}
    fields = ("first_name", "last_name", "name", "username")
    return {name: value for name in fields if (value := shown(getattr(person, name), how, key)) is not None}
