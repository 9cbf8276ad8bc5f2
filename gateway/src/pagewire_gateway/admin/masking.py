"""Payloads without what people wrote and who they are.

Closed by default: a value stays only under a key that is known to hold an id, a time or a name of Meta's own.
"""

from typing import Any, Final

from pagewire import wire

SHOWN: Final = frozenset(
    {
        *("id", "mid", "seq", "time", "timestamp", "watermark", "created_time", "token_expiry_timestamp"),
        *("app_id", "page_id", "post_id", "comment_id", "parent_id", "media_id", "leadgen_id", "form_id"),
        *("ad_id", "adgroup_id", "sticker_id", "num_edit", "mids", "game_id", "context_id"),
        *("new_owner_app_id", "previous_owner_app_id", "requested_owner_app_id"),
        *("type", "template_type", "media_product_type", "content_type", "source", "object", "field", "item", "verb"),
        *("action", "status", "event", "call_status", "response", "notification_messages_frequency"),
        *("notification_messages_status", "user_token_status"),
    }
)
"""Keys whose values are Meta's own: ids, times and words from closed sets."""


def masked(raw: bytes) -> Any:
    """An item's JSON with its shape and ids, and everything else replaced by what it was; ``None`` if it is gone."""
    if not raw:
        return None
    try:
        return _masked(wire.value(raw), shown=False)
    except wire.Unreadable:
        return f"[unreadable, {len(raw)} bytes]"


def revealed(raw: bytes) -> Any:
    """An item's JSON as Meta sent it; text if it cannot be read; ``None`` if retention has removed it."""
    if not raw:
        return None
    try:
        return wire.value(raw)
    except wire.Unreadable:
        return raw.decode("utf-8", "replace")


def _masked(value: Any, *, shown: bool) -> Any:
    if isinstance(value, dict):
        return {key: _masked(inner, shown=key in SHOWN) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, shown=shown) for inner in value]
    if shown or value is None or isinstance(value, bool):
        return value
    return f"[text, {len(value)} characters]" if isinstance(value, str) else "[number]"
