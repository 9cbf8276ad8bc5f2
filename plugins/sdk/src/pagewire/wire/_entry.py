"""One entry of a delivery body, and how its items are made."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from pagewire.events import Channel, millis_of
from pagewire.wire import _json
from pagewire.wire._classify import call_kind, change_kind, is_messaging, kind_of, own_part, payload_of
from pagewire.wire._facts import account_of, person_of, time_of
from pagewire.wire._item import Item
from pagewire.wire._json import Json
from pagewire.wire._keys import key_of_bytes, key_of_value, natural_key

Bytes = bytes | msgspec.Raw
Classify = Callable[[Json], str]


class _Source(NamedTuple):
    """Where an item came from."""

    data: bytes
    channel: Channel
    via: str


class Entry:
    """What the items of one entry inherit: object, account and the time of the delivery."""

    def __init__(self, object_: str, account: str, time: msgspec.Raw | None, received_ms: int) -> None:
        self._object = object_
        self._account = account
        self._stated_time = time
        self._received_ms = received_ms

    def messaging(self, raw: Bytes, channel: Channel) -> Item:
        """An element of ``messaging`` or ``standby``."""
        return self._read(_Source(bytes(raw), channel, channel), kind_of)

    def call(self, raw: Bytes) -> Item:
        """An element of ``calls``."""
        return self._read(_Source(bytes(raw), "messaging", "calls"), call_kind)

    def change(self, raw: Bytes, *, whole: bool = False) -> Item:
        """An element of ``changes``, or the `whole` entry in the flat form; one that wraps a messaging item gives that."""
        value = _json.value_or_none(raw)
        inner = value.get("value") if isinstance(value, dict) else None
        if is_messaging(inner):
            wrapped = (_json.fields(raw) or {}).get("value")
            data = msgspec.json.encode(inner) if wrapped is None else bytes(wrapped)
            return self._item(kind_of(inner), inner, _Source(data, "messaging", "changes"))
        return self._read(_Source(bytes(raw), "messaging", "changes"), change_kind, whole=whole)

    def itself(self, raw: Bytes) -> Item:
        """An entry that is an item: Meta documents one kind that way; all else is unknown."""
        return self._read(_Source(bytes(raw), "messaging", "entry"), kind_of, whole=True)

    def body(self, raw: bytes) -> Item:
        """A body without entries: kept, but nothing in it is believed.

        Raises:
            Unreadable: it is no JSON.
        """
        return self._kept(_json.value(raw), _Source(raw, "messaging", "entry"))

    def _read(self, source: _Source, classify: Classify, *, whole: bool = False) -> Item:
        try:
            value = _json.value(source.data)
        except _json.Unreadable:
            return self._unknown(key_of_bytes(self._object, self._account, source.data), source)
        if not isinstance(value, dict):
            return self._kept(value, source)
        item = own_part(value) if whole else value
        return self._item(classify(item), item, source)

    def _item(self, kind: str, item: Json, source: _Source) -> Item:
        payload = payload_of(kind, item)
        account = account_of(kind, item, payload, self._account)
        person = person_of(kind, item, payload, account)
        stated = time_of(kind, item, payload)
        key = natural_key(kind, item, payload, (self._object, account))
        when = self._time() if stated is None else stated
        data, channel, via = source
        return Item(kind, channel, self._object, account, person, when, stated is None, via, key, data)

    def _kept(self, value: Any, source: _Source) -> Item:
        return self._unknown(key_of_value(self._object, self._account, value), source)

    def _unknown(self, key: str, source: _Source) -> Item:
        data, channel, via = source
        return Item("unknown", channel, self._object, self._account, None, self._time(), True, via, key, data)

    def _time(self) -> int:
        stated = millis_of(_json.value_or_none(self._stated_time))
        return self._received_ms if stated is None else stated
