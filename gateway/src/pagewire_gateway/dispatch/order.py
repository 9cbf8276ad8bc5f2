"""What comes before what: within a conversation, and among events that cannot go yet. Pure."""

from collections import deque

from pagewire_gateway.journal.port import Pending, Stored

Source = tuple[str, str, str]
"""Object, account, and the app whose webhook brought it: one app's events must not hold up those of another."""


def turn(queue: "deque[Pending | int]", seq: int) -> int:
    """Where an event belongs in its conversation: before all that are younger, but behind the one at work."""
    place = len(queue)
    while place > 1:
        before = queue[place - 1]
        if (before if isinstance(before, int) else before.stored.seq) <= seq:
            break
        place -= 1
    return place


def source_of(stored: Stored) -> Source:
    """Whose events wait for each other while one of them is held."""
    return (stored.item.object, stored.item.account, stored.app)
