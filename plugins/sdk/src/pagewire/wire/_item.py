"""An item of a delivery body, classified but not yet read in full."""

import hashlib

from msgspec import Struct

from pagewire.events import Channel, Conversation

_made = tuple.__new__
"""What calling a named tuple comes to, without a function of Python's between: this is asked of every event several times."""


class Item(Struct, frozen=True, gc=False):
    """What the journal stores of an event: enough to find, order and de-duplicate it, and the raw JSON.

    Attributes:
        kind: exactly one name, such as ``message`` or ``change.feed``.
        channel: ``messaging`` or ``standby``.
        object: ``page``, ``instagram`` or whatever Meta sent; may be empty.
        account: Page id or Instagram account id; may be empty.
        person: scoped id of the person, or ``None``.
        timestamp: milliseconds since 1970, when it happened.
        time_estimated: Meta sent no time of its own.
        via: container it came in: ``messaging``, ``standby``, ``calls``, ``changes`` or ``entry``; ``healed`` if the gateway
            read it from the Conversations API because no webhook had brought it.
        key: the natural key, the same for every repeat of a delivery.
        raw: the item's JSON, byte for byte where the body as a whole could be read.
        trace: W3C traceparent under which it came in; empty if nobody records that.
    """

    kind: str
    channel: Channel
    object: str
    account: str
    person: str | None
    timestamp: int
    time_estimated: bool
    via: str
    key: str
    raw: bytes
    trace: str = ""

    @property
    def digest(self) -> bytes:
        """Stable id of the event: 128 bits of the natural key's SHA-256."""
        return hashlib.sha256(self.key.encode()).digest()[:16]

    @property
    def id(self) -> str:
        """`digest` in hex."""
        return self.digest.hex()

    @property
    def conversation(self) -> Conversation | None:
        """The unit of ordering, or ``None`` where no person is concerned."""
        return _made(Conversation, (self.object, self.account, self.person)) if self.person else None


class Reading(Struct, frozen=True):
    """What a delivery body came to.

    Attributes:
        items: every item, in the order of the body.
        unreadable: why the body is no JSON at all, in words that hold nothing of it, or ``None``. Then there are no items.
    """

    items: tuple[Item, ...] = ()
    unreadable: str | None = None
