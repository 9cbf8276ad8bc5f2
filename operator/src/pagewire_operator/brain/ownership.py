"""Whose are the names in a set that several hands change: ours, wanted, or somebody else's. Pure."""

from collections.abc import Iterable

from msgspec import Struct

__all__ = ["Names", "listed", "sort_names"]


class Names(Struct, frozen=True, kw_only=True):
    """A set at Meta, by whose its names are.

    Attributes:
        missing: wanted and not there.
        stale: there, ours, and no longer wanted.
        unmanaged: there and somebody else's.
        present: there, and ours.
    """

    missing: frozenset[str]
    stale: frozenset[str]
    unmanaged: frozenset[str]
    present: frozenset[str]


def sort_names(wanted: Iterable[str], ours: Iterable[str], there: Iterable[str]) -> Names:
    """Sort a set by whose its names are.

    Args:
        wanted: what the spec names.
        ours: what the status says we had put there or agreed with.
        there: what Meta has.
    """
    want, own, have = frozenset(wanted), frozenset(ours), frozenset(there)
    return Names(
        missing=want - have, stale=(own - want) & have, unmanaged=have - want - own, present=have & (want | own)
    )


def listed(names: Iterable[str]) -> str:
    """Names for people, sorted."""
    return ", ".join(sorted(names))
