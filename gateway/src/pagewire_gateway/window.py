"""The standard messaging window: which events open it, and when it closes. Pure.

Source: Meta, messaging policy (outbound.md 2.2): a person who acts lets the business answer freely for 24 hours. What is not on
Meta's list opens nothing.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

from pagewire.wire import Item

STANDARD_WINDOW_MS: Final = 24 * 3_600_000
"""Milliseconds in which free-form answers are allowed after the person last acted."""

SAFETY_MARGIN_MS: Final = 60_000
"""Milliseconds by which the window closes early here, because Meta's clock is not ours."""

_ALWAYS: Final = frozenset({"message", "postback", "referral"})
_SOMETIMES: Final = frozenset({"reaction", "optin"})
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)


def opens(item: Item) -> bool:
    """Whether an event opens, or refreshes, the standard messaging window of its conversation.

    Messages, postbacks and referrals do. A reaction does when it is given, not when it is taken back. An opt-in does when
    it comes from Send-to-Messenger or the checkbox plugin, which send no ``type``; opting in to marketing messages does
    not (outbound.md 2.2). Echoes, reads, deliveries, comments, edits and deletions never do.
    """
    if item.kind in _ALWAYS:
        return True
    return item.kind in _SOMETIMES and _acted(item.raw)


def closes_at(last_inbound_ms: int) -> int:
    """When the window closes: milliseconds since 1970, from the time of the person's last act, less the safety margin."""
    return last_inbound_ms + STANDARD_WINDOW_MS - SAFETY_MARGIN_MS


class _Reaction(Struct):
    action: Any = None


class _Optin(Struct):
    type: Any = None


class _Payload(Struct):
    reaction: _Reaction | None = None
    optin: _Optin | None = None


_decode = msgspec.json.Decoder(_Payload).decode


def _acted(raw: bytes) -> bool:
    # An item that cannot be read opens nothing: an answer refused here can be asked for again, one sent cannot be taken back.
    try:
        payload = _decode(raw)
    except _UNREADABLE:
        return False
    if payload.reaction is not None:
        return bool(payload.reaction.action == "react")
    return payload.optin is not None and payload.optin.type is None
