"""The console's menu."""

from typing import Final

from msgspec import Struct


class Entry(Struct, frozen=True):
    """One page of the menu.

    Attributes:
        name: as it is shown.
        path: where it leads.
        key: after ``g`` on the keyboard; one letter, each only once.
    """

    name: str
    path: str
    key: str


class Group(Struct, frozen=True):
    """Pages that belong together."""

    name: str
    entries: tuple[Entry, ...]


MENU: Final = (
    Group("Now", (Entry("Overview", "/console", "o"), Entry("Live", "/console/live", "l"))),
    Group(
        "Events",
        (
            Entry("Events", "/console/events", "e"),
            Entry("Conversations", "/console/conversations", "c"),
            Entry("Parked work", "/console/parked", "w"),
            Entry("Replays", "/console/replays", "r"),
        ),
    ),
)
