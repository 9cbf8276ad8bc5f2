"""Bodies made for one test each."""

import json
from typing import Any

from pagewire.events import Event
from pagewire.wire import Item, event_of, read

RECEIVED = 1_790_000_009_999
PAGE = "104000000000001"
PERSON = "7100000000000001"
WHEN = 1_790_000_000_000
ENDS: dict[str, Any] = {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": WHEN}
BACK: dict[str, Any] = {"sender": {"id": PAGE}, "recipient": {"id": PERSON}, "timestamp": WHEN}


def body(*entries: Any, object_: Any = "page") -> bytes:
    """A delivery body of these entries."""
    return json.dumps({"object": object_, "entry": list(entries)}).encode()


def entry(*items: Any, container: str = "messaging", **members: Any) -> dict[str, Any]:
    """An entry that holds these items."""
    return {"id": PAGE, "time": WHEN + 350, container: list(items)} | members


def only(raw: bytes) -> Item:
    """The one item of a body."""
    (item,) = read(raw, RECEIVED).items
    return item


def item_of(item: Any, **how: Any) -> Item:
    """One item, alone in its body."""
    object_ = how.pop("object_", "page")
    return only(body(entry(item, **how), object_=object_))


def typed(item: Any, **how: Any) -> Event:
    """The event of one item, alone in its body."""
    return event_of(item_of(item, **how), RECEIVED)


def key(item: Any, **how: Any) -> str:
    """The natural key of one item, alone in its body."""
    return item_of(item, **how).key


def change(field: Any, value: Any) -> dict[str, Any]:
    """An element of ``changes``."""
    return {"field": field, "value": value}
