"""A Send API request as the checks see it, read leniently from JSON, form or query parameters."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.errors import Refused, invalid

_OBJECTS = ("recipient", "message", "payload", "reply_to", "thread_control")


class Upload(msgspec.Struct, kw_only=True):
    """The ``filedata`` part of a multipart request."""

    filename: str
    content_type: str
    size: int
    content: bytes = b""


class Order(msgspec.Struct, kw_only=True):
    """The top-level fields of ``POST /messages`` (outbound.md 1.4); unknown ones are ignored."""

    recipient: dict[str, Any] | None = None
    messaging_type: str | None = None
    message: dict[str, Any] | None = None
    sender_action: str | None = None
    payload: dict[str, Any] | None = None
    tag: str | None = None
    notification_type: str | None = None
    persona_id: str | None = None
    reply_to: dict[str, Any] | None = None
    thread_control: dict[str, Any] | None = None
    upload: Upload | None = None

    @property
    def recipient_id(self) -> str | None:
        """The scoped id, when the request names one."""
        found = (self.recipient or {}).get("id")
        return str(found) if isinstance(found, str | int) else None

    @property
    def metadata(self) -> str | None:
        """``message.metadata``, when it is a string."""
        found = (self.message or {}).get("metadata")
        return found if isinstance(found, str) else None


def read_order(params: dict[str, Any], upload: Upload | None = None) -> Order:
    """Read an order from decoded parameters; objects may be JSON text, as in forms (outbound.md 1.3).

    Raises:
        Refused: code 100, a parameter has the wrong shape.
    """
    order = Order(upload=upload)
    for name in _OBJECTS:
        if params.get(name) is not None:
            setattr(order, name, _object(name, params[name]))
    for name in ("messaging_type", "sender_action", "tag", "notification_type", "persona_id"):
        if params.get(name) is not None:
            setattr(order, name, str(params[name]))
    return order


def _object(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise Refused(invalid(f"param {name} must be a JSON object.")) from None
    if not isinstance(value, dict):
        raise Refused(invalid(f"param {name} must be an object."))
    return value
