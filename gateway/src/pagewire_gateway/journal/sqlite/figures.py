"""Figures of the journal, each from an index or a counter: none of them reads all events."""

import contextlib
import os
from pathlib import Path

import apsw

from pagewire_gateway.journal.port import LaneStats, Stats
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.connecting import PAGE
from pagewire_gateway.journal.sqlite.pending import fresh
from pagewire_gateway.journal.sqlite.room import used
from pagewire_gateway.journal.sqlite.statements import READING


def stats(db: apsw.Connection, path: Path, for_events: int) -> Stats:
    """Everything `Stats` tells.

    Args:
        db: a reading connection.
        path: the journal's file.
        for_events: bytes after which appends are refused.
    """
    first, last, received, events_gone, replies, replies_gone = fetch(db, READING["extent"])[0]
    lanes = fetch(db, READING["lanes"])
    return Stats(
        events=last - events_gone if first else 0,
        last_seq=last,
        oldest_received=received,
        size_bytes=value(db, "pragma page_count") * PAGE + _wal_bytes(path),
        free_bytes=max(0, min(for_events - used(db), _disk_free(path))),
        lanes=tuple(_lane(db, plugin, mark, last) for plugin, _, mark, is_open in lanes if is_open),
        outbox=_outbox(db, replies - replies_gone),
        oldest_outbound=next((created for (created,) in fetch(db, READING["outbox_oldest"])), 0),
    )


def _lane(db: apsw.Connection, plugin: str, low_water: int, last: int) -> LaneStats:
    asked = {"lane": plugin, "low_water": low_water}
    above, waiting_above, waiting, retry, parked = fetch(db, READING["lane_counts"], asked)[0]
    pending = last - low_water - above + waiting_above + (waiting - waiting_above)
    waiting_since = [value(db, READING["oldest_waiting"], asked)] if waiting else []
    fresh_since = [row[2] for row in fresh(db, plugin, low_water, 1)] if pending > waiting else []
    return LaneStats(
        plugin=plugin,
        low_water=low_water,
        pending=pending,
        retry=retry,
        parked=parked,
        oldest_pending=min(waiting_since + fresh_since, default=0),
    )


def _outbox(db: apsw.Connection, total: int) -> dict[str, int]:
    counts: dict[str, int] = dict(fetch(db, READING["outbox_open_counts"]))
    counts.update(fetch(db, READING["outbox_ended_counts"]))
    sent = total - sum(counts.values())
    return {**counts, "sent": sent} if sent else counts


def _wal_bytes(path: Path) -> int:
    with contextlib.suppress(OSError):
        return os.stat(f"{path}-wal").st_size  # noqa: PTH116 - the name is SQLite's
    return 0


def _disk_free(path: Path) -> int:
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize
