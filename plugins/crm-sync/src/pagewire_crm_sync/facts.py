"""Event -> what it tells about the person. Pure: no I/O, no clock."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, Literal

from pagewire.context import Person
from pagewire.events import Event, Message, Optin, Postback, Referral, ReferralSource
from pagewire_crm_sync import contact as c

PersonKind = Literal[
    "message",
    "message_edit",
    "message_deleted",
    "reaction",
    "postback",
    "referral",
    "optin",
    "read",
    "account_linking",
    "response_feedback",
    "feedback_form",
    "customer_information",
    "order",
    "call_permission_reply",
]
"""Kinds in which a person does something. What the business, its apps or Meta do says nothing about the person."""

DEFAULT_KINDS: tuple[PersonKind, ...] = (
    "message",
    "message_edit",
    "message_deleted",
    "reaction",
    "postback",
    "referral",
    "optin",
    "account_linking",
    "response_feedback",
    "feedback_form",
    "customer_information",
    "order",
    "call_permission_reply",
)
"""All of them but ``read``, which would double the upserts to say little."""


_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_PHONE: Final = re.compile(r"\+[0-9]{7,15}")


def contact_of(event: Event, kinds: Collection[str], *, addresses: bool = False) -> c.Contact | None:
    """The facts of one event, or ``None`` if it tells nothing about a person.

    Events on ``standby`` count: whoever owns the thread, the person was there. What the business side did does not.

    Args:
        event: any event.
        kinds: the kinds that count.
        addresses: tell the e-mail address or phone number that the person shared.
    """
    person = event.person
    if not person or person == event.account or event.kind not in kinds or event.direction == "outbound":
        return None
    if is_user_ref(event, person):
        return None
    return c.Contact(
        key=c.Key(object=event.object, account=event.account, scoped_id=_clean(person)),
        first_seen=event.timestamp,
        last_seen=event.timestamp,
        last_kind=event.kind,
        opt_ins=_opt_ins(event),
        referral=_referrals(event),
        email=_shared(event, _EMAIL) if addresses else None,
        phone=_shared(event, _PHONE) if addresses else None,
    )


def complete(contact: c.Contact, first_seen: datetime | None, person: Person | None) -> c.Contact:
    """The contact with what the gateway knows beyond the event.

    Args:
        contact: the facts of the event.
        first_seen: when the person first reached out, UTC.
        person: the profile, or ``None``.
    """
    return c.Contact(
        key=contact.key,
        first_seen=min(contact.first_seen, first_seen or contact.first_seen),
        last_seen=contact.last_seen,
        last_kind=contact.last_kind,
        profile=_profile(person) or contact.profile,
        opt_ins=contact.opt_ins,
        referral=contact.referral,
        email=contact.email,
        phone=contact.phone,
    )


def is_user_ref(event: Event, person: str) -> bool:
    """Meta's older web plugins name people by ``user_ref``, which is no scoped id and dies with the form."""
    if isinstance(event, Optin) and event.user_ref == person:
        return True
    sender = event.raw.get("sender") if isinstance(event.raw, dict) else None
    return isinstance(sender, dict) and str(sender.get("user_ref")) == person and sender.get("id") is None


def _profile(person: Person | None) -> c.Profile | None:
    if person is None:
        return None
    found = c.Profile(
        first_name=_text(person.first_name),
        last_name=_text(person.last_name),
        name=_text(person.name),
        username=_text(person.username),
    )
    return found if found != c.Profile() else None


def _shared(event: Event, form: re.Pattern[str]) -> c.Address | None:
    """What a tap on the quick reply ``user_email`` or ``user_phone_number`` shared: it comes back as the payload.

    Meta shows these two only if the person's own profile has the value. The webhook does not tell which quick reply was tapped,
    so the payload's form has to. Source: outbound, quick replies.
    """
    tapped = event.quick_reply.payload if isinstance(event, Message) and event.quick_reply else None
    found = (tapped or "").strip()
    return c.Address(value=found.lower(), at=event.timestamp) if form.fullmatch(found) else None


def _referrals(event: Event) -> c.Referrals | None:
    found: Referral | ReferralSource | None = None
    if isinstance(event, Referral):
        found = event
    elif isinstance(event, Message | Postback):
        found = event.referral
    if found is None:
        return None
    touch = c.Referral(
        at=event.timestamp,
        source=_text(found.source),
        type=_text(found.type),
        ref=_text(found.ref),
        ad_id=_text(found.ad_id),
    )
    return c.Referrals(first=touch, last=touch) if touch != c.Referral(at=event.timestamp) else None


def _opt_ins(event: Event) -> tuple[c.OptIn, ...]:
    if not isinstance(event, Optin):
        return ()
    # The tokens stay here: whoever has one may write to the person.
    return (
        c.OptIn(
            type=_text(event.type),
            topic=_text(event.payload or event.ref),
            state=_state(event.notification_messages_status),
            at=event.timestamp,
            expires=event.token_expiry_timestamp,
        ),
    )


def _state(status: str | None) -> Literal["active", "stopped", "unknown"]:
    """Source: Meta, webhook reference ``messaging_optins``: a status comes only when the person stops or resumes."""
    word = (status or "RESUME").strip().upper()
    return "stopped" if word.startswith("STOP") else "active" if word.startswith("RESUME") else "unknown"


def _text(value: Any) -> str | None:
    return _clean(value) if isinstance(value, str) and value else None


def _clean(text: str) -> str:
    """JSON may carry half of a surrogate pair; UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
