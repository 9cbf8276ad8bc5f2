"""What an event leaves behind in what is known of its conversation: one small number an event, and how to fold it in. Pure.

The journal keeps the number with the event and folds it into the conversation's row; the outbox folds the same into its memory.
Every part only grows or takes the latest, so that disorder and repeats change nothing.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from pagewire.wire import Item
from pagewire_gateway import window

NOTHING: Final = 0
OPENS: Final = 1
"""The person did something that opens the messaging window."""
OUT: Final = 2
"""The business wrote: an echo."""
READ: Final = 3
DELIVERED: Final = 4
HANDOVER: Final = 5
"""The thread has another owner. A request for control, and the receivers' roles of the old protocol, change none."""
OPTIN: Final = 6
"""The person asked for messages, or wants no more; such an opt-in opens no window."""

BY_RAW: Final = 2
"""Above this the item itself has to be read."""

FIRST, FIRST_AT, INBOUND, DIRECT, STANDBY, OUTBOUND, SEEN, ARRIVED, OWNER, OWNER_AT, OPTINS = range(11)
"""Places in a `Trace`."""

Trace = list[Any]
"""What is known of a conversation: its first event (``b""`` if there is none) and when that was; when the person last opened the
window, and when so that this app may answer; the last standby delivery; the last words of the business; what was read and what
arrived, as watermarks; the owner after the last hand-over and its time; opt-ins by token, as JSON."""

_SIGNS: Final = {
    "message": OPENS,
    "postback": OPENS,
    "referral": OPENS,
    "message_echo": OUT,
    "read": READ,
    "delivery": DELIVERED,
    "handover_pass": HANDOVER,
    "handover_take": HANDOVER,
}


def sign(item: Item) -> int:
    """What an event says about its conversation."""
    found = _SIGNS.get(item.kind)
    if found is not None:
        return found
    if window.opens(item):
        return OPENS
    return OPTIN if item.kind == "optin" else NOTHING


def blank() -> Trace:
    """Nothing is known."""
    return [b"", 0, 0, 0, 0, 0, 0, 0, "", 0, ""]


def note(trace: Trace, sign: int, id_: bytes, at: int, channel: str, raw: bytes | None) -> None:
    """Fold one event in.

    Args:
        trace: what is known; changed in place.
        sign: as `sign` gave it.
        id_: id of the event.
        at: when it happened, milliseconds since 1970.
        channel: ``messaging`` or ``standby``.
        raw: the item; only needed for signs above `BY_RAW`, and for echoes on standby.
    """
    if channel == "standby":
        trace[STANDBY] = max(trace[STANDBY], at)
    if sign == OPENS:
        if not trace[FIRST]:
            trace[FIRST], trace[FIRST_AT] = id_, at
        trace[INBOUND] = max(trace[INBOUND], at)
        if channel != "standby":
            trace[DIRECT] = max(trace[DIRECT], at)
    elif sign == OUT:
        trace[OUTBOUND] = max(trace[OUTBOUND], at)
        if channel == "standby":
            _own(trace, _item(raw).message.app_id, at)
    elif sign > BY_RAW:
        _note_item(trace, sign, at, _item(raw))


def merge(traces: Sequence[Trace]) -> Trace:
    """One trace of several, those of older events first."""
    whole = blank()
    for trace in traces:
        if not whole[FIRST]:
            whole[FIRST], whole[FIRST_AT] = trace[FIRST], trace[FIRST_AT]
        for place in (INBOUND, DIRECT, STANDBY, OUTBOUND, SEEN, ARRIVED):
            whole[place] = max(whole[place], trace[place])
        if trace[OWNER_AT] >= whole[OWNER_AT]:
            whole[OWNER], whole[OWNER_AT] = trace[OWNER], trace[OWNER_AT]
        if trace[OPTINS]:
            whole[OPTINS] = joined(whole[OPTINS], trace[OPTINS])
    return whole


def joined(known: str, more: str) -> str:
    """The opt-ins of both, as JSON; of each token the one answered last."""
    return _joined(known, _optins(more))


class Optin(Struct, frozen=True, omit_defaults=True):
    """An opt-in as a conversation remembers it.

    Attributes:
        type: Meta's word for what was asked for.
        title: what the person saw.
        until: when the token expires, milliseconds since 1970; 0 if it does not say.
        at: when they last answered.
        stopped: they want no more.
    """

    type: str = ""
    title: str = ""
    until: int = 0
    at: int = 0
    stopped: bool = False


def optins(trace: Trace) -> dict[str, Optin]:
    """The opt-ins of a conversation, by token."""
    return _optins(trace[OPTINS]) if trace[OPTINS] else {}


class _Message(Struct, frozen=True):
    app_id: Any = None


class _Mark(Struct, frozen=True):
    watermark: Any = None


class _Handover(Struct, frozen=True):
    new_owner_app_id: Any = None


class _Optin(Struct, frozen=True):
    type: Any = None
    title: Any = None
    notification_messages_token: Any = None
    one_time_notif_token: Any = None
    token_expiry_timestamp: Any = None
    notification_messages_status: Any = None


class _Item(Struct, frozen=True):
    message: _Message = _Message()
    read: _Mark = _Mark()
    delivery: _Mark = _Mark()
    pass_thread_control: _Handover = _Handover()
    take_thread_control: _Handover = _Handover()
    optin: _Optin = _Optin()


_decode = msgspec.json.Decoder(_Item).decode
_optins = msgspec.json.Decoder(dict[str, Optin]).decode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_YEAR_10000: Final = 253_402_300_800_000


def _item(raw: bytes | None) -> _Item:
    # An item that cannot be read says when it was, and no more.
    try:
        return _decode(raw or b"{}")
    except _UNREADABLE:
        return _Item()


def _note_item(trace: Trace, sign: int, at: int, item: _Item) -> None:
    if sign == READ:  # on Instagram a read names a message and not a time
        trace[SEEN] = max(trace[SEEN], _whole(item.read.watermark) or at)
    elif sign == DELIVERED:
        trace[ARRIVED] = max(trace[ARRIVED], _whole(item.delivery.watermark) or at)
    elif sign == HANDOVER:
        found = item.pass_thread_control.new_owner_app_id or item.take_thread_control.new_owner_app_id
        _own(trace, found, at)
    elif sign == OPTIN:
        _opt(trace, item.optin, at)


def _own(trace: Trace, app_id: Any, at: int) -> None:
    if at >= trace[OWNER_AT]:
        known = isinstance(app_id, str | int) and not isinstance(app_id, bool)
        trace[OWNER], trace[OWNER_AT] = (str(app_id)[:64] if known else ""), at


def _opt(trace: Trace, found: _Optin, at: int) -> None:
    token = found.notification_messages_token or found.one_time_notif_token
    if not isinstance(token, str) or not token:
        return
    stopped = isinstance(found.notification_messages_status, str) and found.notification_messages_status.startswith(
        "STOP"
    )
    until = _whole(found.token_expiry_timestamp)
    new = Optin(type=_text(found.type), title=_text(found.title), until=until, at=at, stopped=stopped)
    trace[OPTINS] = _joined(trace[OPTINS], {token[:512]: new})


def _joined(known: str, more: dict[str, Optin]) -> str:
    whole = _optins(known) if known else {}
    for token, optin in more.items():
        if token not in whole or whole[token].at <= optin.at:
            whole[token] = optin
    return msgspec.json.encode(whole).decode()


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _YEAR_10000 else 0


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
