"""The console's menu."""

from typing import Final

from msgspec import Struct

from pagewire_gateway.access.callers import Role


class Entry(Struct, frozen=True):
    """One page of the menu.

    Attributes:
        name: as it is shown.
        path: where it leads.
        key: after ``g`` on the keyboard; one letter, each only once.
        least: the least role that finds it in the menu.
    """

    name: str
    path: str
    key: str
    least: Role = "viewer"


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
    Group(
        "Parts",
        (
            Entry("Plugins", "/console/plugins", "p"),
            Entry("Pages and tokens", "/console/accounts", "a"),
            Entry("Outbox", "/console/outbox", "x"),
        ),
    ),
    Group(
        "Care",
        (
            Entry("People", "/console/people", "n"),
            Entry("Ended logins", "/console/logins", "d"),
            Entry("Audit log", "/console/audit", "u", "operator"),
        ),
    ),
)
_ELSEWHERE: Final = {"/console/deletions/": "/console/people"}
"""Pages whose address does not tell which entry leads to them."""


def is_below(entry: str, path: str) -> bool:
    """Whether a page is one of those that an entry's page leads to."""
    home = next((to for begin, to in _ELSEWHERE.items() if path.startswith(begin)), "")
    return entry == home or (entry != "/console" and path.startswith(f"{entry}/"))
