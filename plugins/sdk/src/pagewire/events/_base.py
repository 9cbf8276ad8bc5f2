"""What every event has, whatever its kind."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal, NamedTuple

from msgspec import Struct

Channel = Literal["messaging", "standby"]
"""``standby``: another app owns the thread, so the event is for the record and must not be answered."""

Direction = Literal["inbound", "outbound"]

MILLIS_FROM = 100_000_000_000
"""Below this a platform time is in seconds, from here on in milliseconds (Meta mixes both)."""
MILLIS_UNTIL = 253_402_300_800_000
"""The year 10000 in milliseconds; what lies beyond is no time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Conversation(NamedTuple):
    """The unit of ordering: what one person and one account say to each other."""

    object: str
    account: str
    person: str

    def __str__(self) -> str:
        return "/".join(self)


class Event(Struct, frozen=True, kw_only=True):
    """One item of a delivery body, classified into exactly one kind.

    Attributes:
        id: stable id of the event, made from its natural key; the same for every repeat of a delivery.
        kind: name of the kind, for example ``message`` or ``change.feed``.
        channel: ``messaging``, or ``standby`` while another app owns the thread.
        object: ``page``, ``instagram``, or whatever else Meta sent.
        account: Page id, or Instagram professional account id.
        person: scoped id (PSID, IGSID) of the person, valid for this account only; ``None`` for kinds without one.
        timestamp: when it happened, UTC.
        time_estimated: Meta gave no time of its own; the time of the delivery stands in.
        received: when the gateway had it, UTC.
        via: the container it came in: ``messaging``, ``standby``, ``calls``, ``changes`` or ``entry``; ``healed`` for what no
            webhook brought, see `healed`.
        unread: paths of payload fields of unexpected form, such as ``attachments[0].payload``; they are left at their
            default, and `raw` still has them.
        raw: the item as Meta sent it.
    """

    finds: ClassVar[tuple[str, ...]] = ()
    """Item keys that mean this kind."""
    hook: ClassVar[str] = "event_received"
    """The hook called for it besides ``event_received``; on ``standby`` that is ``standby_received`` in its place."""
    times: ClassVar[tuple[str, ...]] = ()
    """Payload fields that hold a platform time."""
    wire_names: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Fields that have another name in the payload; the first name that is there counts."""
    whole: ClassVar[str | None] = None
    """The field that takes the payload as it is, of any form."""
    beside: ClassVar[tuple[str, ...]] = ()
    """Fields that stand in the item beside the payload."""
    containers: ClassVar[tuple[str, ...]] = ("messaging",)
    """Where in an entry Meta puts it. The dashboard's test button puts messaging kinds into ``changes`` as well."""

    id: str
    kind: str
    channel: Channel
    object: str
    account: str
    person: str | None
    timestamp: datetime
    time_estimated: bool = False
    received: datetime
    via: str = "messaging"
    unread: tuple[str, ...] = ()
    raw: Any = None

    @property
    def conversation(self) -> Conversation | None:
        """Where the event belongs in order; ``None`` for kinds that concern no person."""
        return Conversation(self.object, self.account, self.person) if self.person else None

    @property
    def healed(self) -> bool:
        """Whether no webhook brought it: the gateway found it later in the Conversations API, so it may be hours old.

        Such an event has what the Conversations API tells: the words and attachments, but not the payload of a button that was
        tapped, and its time in whole seconds.
        """
        return self.via == "healed"

    @property
    def direction(self) -> Direction:
        """``outbound`` for what the business side did, ``inbound`` for all else."""
        return "inbound"


def instant(value: Any) -> datetime | None:
    """Read a platform time: seconds or milliseconds, number or string; ``None`` when it is neither.

    Source: Meta's webhooks carry milliseconds in messaging items, seconds in changes and calls, strings in tests.
    """
    millis = millis_of(value)
    return None if millis is None else instant_of(millis)


def instant_of(millis: int) -> datetime:
    """The UTC time of milliseconds since 1970.

    Raises:
        OverflowError: the time lies before year 1 or after year 9999.
    """
    return _EPOCH + timedelta(0, 0, 0, millis)


def millis_of(value: Any) -> int | None:
    """Read a platform time as milliseconds since 1970; ``None`` when it is no time between 1970 and 9999."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    millis = number * 1000 if number < MILLIS_FROM else number
    return millis if 0 <= millis < MILLIS_UNTIL else None
