"""What Meta has ended, or will: one table with dates. Pure; the date comes from the caller.

Using a thing on or after the day it ended is refused, with the day and what to use instead; within `WARNING_DAYS` before it
there is a notice. When versions of the Graph API end is told by `pagewire.graph.admin.versions`.

Sources: Meta, changelogs of the Messenger Platform and of Instagram messaging; documentation index of 2026-10.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from pagewire.surfaces import Surface

__all__ = ["DEPRECATIONS", "KNOWN", "WARNING_DAYS", "Deprecation", "Ended", "Notice", "found_in", "look"]

KNOWN = date(2026, 11, 22)
"""The day up to which Meta's changelogs were read; whoever has no clock judges as of this day."""
WARNING_DAYS = 90
"""How long before its end the use of a thing is warned about."""

_ALL = frozenset(Surface)
_MESSENGER = frozenset({Surface.MESSENGER})
_INSTAGRAM = _ALL - _MESSENGER


class Deprecation(Struct, frozen=True, kw_only=True):
    """One thing that ends.

    Attributes:
        name: what, in the words of Meta's request.
        ends: the first day on which it does not work.
        instead: what to do instead.
        surfaces: where.
        is_exact: whether Meta published the day; otherwise it is the day on which its documentation was seen without it.
    """

    name: str
    ends: date
    instead: str
    surfaces: frozenset[Surface] = _ALL
    is_exact: bool = True


class Notice(Struct, frozen=True, kw_only=True):
    """A thing in use that will end within `WARNING_DAYS`.

    Attributes:
        key: of the thing in `DEPRECATIONS`.
        name: what.
        ends: the first day on which it will not work.
        instead: what to do instead.
    """

    key: str
    name: str
    ends: date
    instead: str

    def __str__(self) -> str:
        return f"{self.name} ends on {self.ends}: {self.instead}"


class Ended(Struct, frozen=True, kw_only=True):
    """A thing that works no more.

    Attributes:
        key: of the thing in `DEPRECATIONS`.
        name: what.
        ended: since when.
        instead: what to do instead.
    """

    key: str
    name: str
    ended: date
    instead: str

    def __str__(self) -> str:
        return f"{self.name} ended on {self.ended}: {self.instead}"


def _tag(name: str, ends: date) -> tuple[str, Deprecation]:
    instead = "answer within 24 hours, or send a UtilityMessage from an approved template"
    return f"tag:{name}", Deprecation(name=f"message tag {name}", ends=ends, instead=instead)


def _template(name: str, instead: str) -> tuple[str, Deprecation]:
    gone = Deprecation(name=f"template {name}", ends=date(2026, 10, 1), instead=instead, is_exact=False)
    return f"template:{name}", gone


def _contact(name: str) -> tuple[str, Deprecation]:
    instead = "ask in a text, and read the answer from it"
    ended = Deprecation(name=f"quick reply {name}", ends=date(2026, 10, 5), instead=instead, surfaces=_INSTAGRAM)
    return f"quick_reply:{name}", ended


_LATE = date(2026, 4, 27)
_OLD = date(2020, 3, 4)
_CARDS = "use a GenericTemplate"
_UTILITY = "send a UtilityMessage from an approved template"
_MARKETING = "Meta sells marketing messages with its advertising; Pagewire sends none"

DEPRECATIONS: dict[str, Deprecation] = dict(
    [
        *(_tag(name, _LATE) for name in ("ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE")),
        *(
            _tag(name, _OLD)
            for name in (
                "APPLICATION_UPDATE",
                "APPOINTMENT_UPDATE",
                "BUSINESS_PRODUCTIVITY",
                "COMMUNITY_ALERT",
                "CONFIRMED_EVENT_REMINDER",
                "FEATURE_FUNCTIONALITY_UPDATE",
                "GAME_EVENT",
                "ISSUE_RESOLUTION",
                "PAIRING_UPDATE",
                "PAYMENT_UPDATE",
                "PERSONAL_FINANCE_UPDATE",
                "RESERVATION_UPDATE",
                "SHIPPING_UPDATE",
                "TICKET_UPDATE",
                "TRANSPORTATION_UPDATE",
            )
        ),
        _template("list", _CARDS),
        _template("open_graph", _CARDS),
        _template("airline_boardingpass", _UTILITY),
        _template("airline_checkin", _UTILITY),
        _template("airline_itinerary", _UTILITY),
        _template("airline_update", _UTILITY),
        _template("one_time_notif_req", "answer within 24 hours, or send a UtilityMessage"),
        (
            "template:notification_messages",
            Deprecation(name="template notification_messages", ends=date(2026, 2, 10), instead=_MARKETING),
        ),
        (
            "recipient:notification_messages_token",
            Deprecation(name="recipient notification_messages_token", ends=date(2026, 2, 10), instead=_MARKETING),
        ),
        (
            "recipient:one_time_notif_token",
            Deprecation(
                name="recipient one_time_notif_token", ends=date(2026, 10, 1), instead=_UTILITY, is_exact=False
            ),
        ),
        _contact("user_phone_number"),
        _contact("user_email"),
        (
            "quick_reply:location",
            Deprecation(
                name="quick reply location",
                ends=date(2026, 10, 1),
                instead="ask in a text, and read the answer from it",
                is_exact=False,
            ),
        ),
        (
            "attachment:share",
            Deprecation(
                name="attachment share",
                ends=date(2026, 4, 27),
                instead="use MediaShare",
                surfaces=_INSTAGRAM,
            ),
        ),
        *(
            (
                f"button:{name}",
                Deprecation(name=f"button {name}", ends=date(2026, 4, 22), instead="use a UrlButton", is_exact=False),
            )
            for name in ("element_share", "payment")
        ),
    ]
)
"""Everything with an end, by kind and name: ``tag:``, ``template:``, ``recipient:``, ``quick_reply:``, ``attachment:``,
``button:``."""


def look(key: str, surface: Surface, today: date) -> Ended | Notice | None:
    """Whether a thing has ended, will soon, or neither.

    Args:
        key: as in `DEPRECATIONS`; one that is not there has no end.
        surface: where it is used.
        today: in UTC.
    """
    found = DEPRECATIONS.get(key)
    if found is None or surface not in found.surfaces or today < found.ends - timedelta(WARNING_DAYS):
        return None
    if today >= found.ends:
        return Ended(key=key, name=found.name, ended=found.ends, instead=found.instead)
    return Notice(key=key, name=found.name, ends=found.ends, instead=found.instead)


def found_in(message: dict[str, Any]) -> Iterator[str]:
    """Keys of all that may end in a ``message`` object of the Send API, in any order."""
    for quick in _objects(message.get("quick_replies")):
        yield f"quick_reply:{quick.get('content_type')}"
    for attachment in (*_objects([message.get("attachment")]), *_objects(message.get("attachments"))):
        yield f"attachment:{attachment.get('type')}"
        payload = attachment.get("payload")
        if attachment.get("type") == "template" and isinstance(payload, dict):
            yield f"template:{payload.get('template_type')}"
            for holder in (payload, *_objects(payload.get("elements"))):
                yield from (f"button:{button.get('type')}" for button in _objects(holder.get("buttons")))


def _objects(listed: Any) -> list[dict[str, Any]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list | tuple) else []
