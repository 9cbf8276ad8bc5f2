"""Delivery body -> items -> events. Pure: no I/O, no clock.

`read` classifies by Meta's rules (webhook reference of Page and Instagram) and gives every item its natural key; `event_of`
makes the typed event; `value` reads an item's bytes as they do. Unknown kinds and unreadable items are kept raw, never dropped.
"""

from pagewire.wire._item import Item, Reading
from pagewire.wire._json import Unreadable, value
from pagewire.wire._keys import ids_of_message
from pagewire.wire._split import read
from pagewire.wire._typed import event_of

__all__ = ["Item", "Reading", "Unreadable", "event_of", "ids_of_message", "read", "value"]
