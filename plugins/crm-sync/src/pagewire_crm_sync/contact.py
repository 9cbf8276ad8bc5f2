"""What the sink learns of a person. Facts carry their times, so that the last writer wins and a repeat changes nothing.

What is absent is unknown, never gone: a receiver keeps what it had. Nothing here counts or adds up.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Instant = Annotated[datetime, Meta(tz=True)]
"""A time in UTC."""


class Part(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A piece of the data, in the spelling of JSON."""


class Key(Part, frozen=True, kw_only=True):
    """Names a contact. A scoped id is valid for its account only."""

    object: Annotated[str, Meta(description="`page` for Messenger, `instagram` for Instagram.")]
    account: Annotated[str, Meta(description="Page id, or Instagram professional account id.")]
    scoped_id: Annotated[str, Meta(description="The person's scoped id: PSID or IGSID.")]


class Profile(Part, frozen=True, kw_only=True):
    """The person's names as Meta tells them. Only with `include.profile`."""

    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    username: str | None = None


class Referral(Part, frozen=True, kw_only=True):
    """How the person found the conversation: an m.me or ig.me link, an ad, a product."""

    at: Annotated[Instant, Meta(description="When.")]
    source: Annotated[str | None, Meta(description="Meta's word, such as `SHORTLINK` or `ADS`.")] = None
    type: Annotated[str | None, Meta(description="Meta's word, such as `OPEN_THREAD`.")] = None
    ref: Annotated[str | None, Meta(description="What the link carried.")] = None
    ad_id: Annotated[str | None, Meta(description="The ad's id.")] = None


class Referrals(Part, frozen=True, kw_only=True):
    """First and last touch."""

    first: Annotated[Referral, Meta(description="Keep the one with the earliest `at`.")]
    last: Annotated[Referral, Meta(description="Keep the one with the latest `at`.")]


class OptIn(Part, frozen=True, kw_only=True):
    """What the person agreed to or stopped. For each pair of type and topic the latest `at` counts."""

    type: Annotated[str | None, Meta(description="Meta's word, such as `notification_messages`.")] = None
    topic: Annotated[str | None, Meta(description="The payload or ref the business gave the opt-in.")] = None
    state: Annotated[
        Literal["active", "stopped", "unknown"], Meta(description="`unknown`: a status that Meta has not documented.")
    ]
    at: Annotated[Instant, Meta(description="When.")]
    expires: Annotated[Instant | None, Meta(description="When Meta's permission ends.")] = None


class Address(Part, frozen=True, kw_only=True):
    """An address that Meta offered from the person's own profile, and the person shared. Only with `include.addresses`."""

    value: Annotated[str, Meta(description="E-mail address, or phone number.")]
    at: Annotated[Instant, Meta(description="When it was shared. Keep the latest.")]


class Contact(Part, frozen=True, kw_only=True):
    """One person of one account. What is absent is unknown, not gone."""

    key: Annotated[Key, Meta(description="Names the contact.")]
    first_seen: Annotated[Instant, Meta(description="Keep the earliest.")]
    last_seen: Annotated[Instant, Meta(description="Keep the latest. As precise as the configured `interval`.")]
    last_kind: Annotated[str, Meta(description="Kind of the event at `lastSeen`.")]
    profile: Annotated[Profile | None, Meta(description="Replaces an older one.")] = None
    opt_ins: Annotated[tuple[OptIn, ...], Meta(description="By type and topic.")] = ()
    referral: Annotated[Referrals | None, Meta(description="First and last touch.")] = None
    email: Annotated[Address | None, Meta(description="E-mail address that the person shared.")] = None
    phone: Annotated[Address | None, Meta(description="Phone number that the person shared.")] = None


def merge(old: Contact, new: Contact) -> Contact:
    """Both sets of facts in one, each fact by its own time; at equal times `new` wins."""
    newest = new if new.last_seen >= old.last_seen else old
    return Contact(
        key=old.key,
        first_seen=min(old.first_seen, new.first_seen),
        last_seen=newest.last_seen,
        last_kind=newest.last_kind,
        profile=new.profile or old.profile,
        opt_ins=_opt_ins(old.opt_ins, new.opt_ins),
        referral=_referrals(old.referral, new.referral),
        email=_latest(old.email, new.email),
        phone=_latest(old.phone, new.phone),
    )


def differs_in_last_seen_only(old: Contact, new: Contact) -> bool:
    """Whether nothing happened to the contact but that the person was seen again."""
    return _lasting(old) == _lasting(new)


def _lasting(contact: Contact) -> tuple[object, ...]:
    return (contact.first_seen, contact.profile, contact.opt_ins, contact.referral, contact.email, contact.phone)


def _latest(old: Address | None, new: Address | None) -> Address | None:
    if old is None or new is None:
        return new or old
    return new if new.at >= old.at else old


def _opt_ins(old: tuple[OptIn, ...], new: tuple[OptIn, ...]) -> tuple[OptIn, ...]:
    if not new:
        return old
    found = {(each.type, each.topic): each for each in old}
    for each in new:
        known = found.get((each.type, each.topic))
        if known is None or each.at >= known.at:
            found[each.type, each.topic] = each
    return tuple(sorted(found.values(), key=lambda each: (each.type or "", each.topic or "")))


def _referrals(old: Referrals | None, new: Referrals | None) -> Referrals | None:
    if old is None or new is None:
        return new or old
    return Referrals(
        first=new.first if new.first.at < old.first.at else old.first,
        last=new.last if new.last.at >= old.last.at else old.last,
    )
