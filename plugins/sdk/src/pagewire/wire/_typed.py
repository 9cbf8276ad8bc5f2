"""Item -> typed event."""

from typing import Any

import msgspec

from pagewire.events import Event, instant_of, struct_of
from pagewire.wire import _json
from pagewire.wire._classify import payload_of
from pagewire.wire._fit import MISFIT, fit
from pagewire.wire._item import Item
from pagewire.wire._json import Json


def event_of(item: Item, received_ms: int, id: str | None = None) -> Event:  # noqa: A002 - the field's own word
    """The typed event of an item. Never raises.

    Args:
        item: what `read` found.
        received_ms: milliseconds since 1970 when the gateway had it.
        id: the item's id, by whoever has it at hand: it is a hash.
    """
    raw = _raw(item.raw)
    common = {
        "id": item.id if id is None else id,
        "kind": item.kind,
        "channel": item.channel,
        "object": item.object,
        "account": item.account,
        "person": item.person,
        "timestamp": instant_of(item.timestamp),
        "time_estimated": item.time_estimated,
        "received": instant_of(received_ms),
        "via": item.via,
        "unread": (),
        "raw": raw,
    }
    return _at_once(item.kind, raw, common) or event_bit_by_bit(item.kind, raw, common)


def _at_once(kind: str, raw: Any, common: Json) -> Event | None:
    """The event of an ordinary payload, in one conversion; ``None`` where `event_bit_by_bit` has to look closer."""
    struct = struct_of(kind)
    if struct.times or struct.whole or not isinstance(raw, dict):
        return None
    payload = payload_of(kind, raw)
    if not isinstance(payload, dict):
        return None
    fields = {**_view(struct, raw, payload), **common}
    if "field" in struct.__struct_fields__:
        fields["field"] = kind.removeprefix("change.")
    try:
        return msgspec.convert(fields, struct, strict=False)
    except MISFIT:
        return None


def event_bit_by_bit(kind: str, raw: Any, common: Json) -> Event:
    """The same for any item: what does not fit is left out and named.

    Args:
        kind: the item's.
        raw: the item's JSON as a value.
        common: what every event has.
    """
    struct = struct_of(kind)
    fields, unread = _own_fields(struct, kind, raw if isinstance(raw, dict) else {})
    return struct(**fields, **{**common, "unread": tuple(unread)})


def _raw(raw: bytes) -> Any:
    try:
        return _json.value(raw)
    except _json.Unreadable:
        return raw.decode("utf-8", "backslashreplace")


def _own_fields(struct: type[Event], kind: str, item: Json) -> tuple[Json, list[str]]:
    payload = payload_of(kind, item)
    if struct.whole or isinstance(payload, dict):
        fields, unread = fit(struct, _view(struct, item, payload))
    else:
        fields, unread = {}, [next((key for key in struct.finds if item.get(key) is not None), "value")]
    if "field" in struct.__struct_fields__:
        fields["field"] = kind.removeprefix("change.")
    return fields, unread


def _view(struct: type[Event], item: Json, payload: Any) -> Json:
    """The payload under the names of the struct's fields."""
    if struct.whole:
        return {struct.whole: payload}
    view: Json = payload
    if struct.wire_names:
        view = {**payload, **{name: _first(payload, keys) for name, keys in struct.wire_names.items()}}
    for name in struct.beside:
        if item.get(name) is not None:
            view = {**view, name: item[name]}
    return view


def _first(payload: Json, keys: tuple[str, ...]) -> Any:
    return next((payload[key] for key in keys if payload.get(key) is not None), None)
