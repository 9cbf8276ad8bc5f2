"""Leases and lanes, written by the writer thread."""

from collections.abc import Mapping, Sequence

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.statements import WRITING


def claim(db: apsw.Connection, name: str, holder: str, until: int, now: int, dead: str | None = None) -> int | None:
    """Take or renew a lease; returns its fence, ``None`` if somebody else has it.

    Args:
        db: the writer's connection.
        name: of the lease.
        holder: who wants it.
        until: for how long, milliseconds since 1970.
        now: milliseconds since 1970.
        dead: a holder that cannot come back, so that its lease need not run out.
    """
    found = fetch(db, WRITING["lease"], (name,))
    held_by, fence, good_until = found[0] if found else ("", 0, 0)
    if held_by != holder:
        if good_until > now and held_by != dead:
            return None
        fence += 1
    db.execute(WRITING["take_lease"], (name, holder, fence, until))
    return int(fence)


def release(db: apsw.Connection, name: str, holder: str) -> None:
    """Give a lease back, if it is this holder's."""
    db.execute(WRITING["release_lease"], (name, holder))


def announce(db: apsw.Connection, name: str, holder: str, fence: int) -> None:
    """Take note of a lease that is granted elsewhere; an older fence changes nothing."""
    db.execute(WRITING["announce_lease"], (name, holder, fence))


def open_lanes(db: apsw.Connection, wanted: Sequence[str]) -> dict[str, int]:
    """Open these lanes and close all others; returns the low-water marks."""
    end = value(db, WRITING["last_event"])
    for (plugin,) in fetch(db, WRITING["lanes"]):
        if plugin not in wanted:
            db.execute(WRITING["close_lane"], (plugin,))
    for plugin in wanted:
        db.execute(WRITING["open_lane"], {"plugin": plugin, "end": end})
    return dict(fetch(db, WRITING["open_lanes"]))


def raise_low_water(db: apsw.Connection, marks: Mapping[str, int]) -> None:
    """Move marks forward; one that lies behind, or beyond the last event, is corrected."""
    for plugin, mark in marks.items():
        db.execute(WRITING["raise_low_water"], {"plugin": plugin, "mark": mark})
