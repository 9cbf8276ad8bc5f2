"""Figures that are read now and then and not counted: the journal's size and age, what is installed."""

import asyncio
import logging
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import version

from pagewire_gateway.journal.port import JournalError, JournalFront, Stats
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.history import EVERY, History

log = logging.getLogger(__name__)


def show_versions(plugins: Mapping[str, Plugin]) -> None:
    """Tell which build this is, and which plugins it has."""
    build = (version("pagewire-gateway"), platform.python_version())
    installed = [((one.name, one.version, str(one.api_version)), 1.0) for one in plugins.values()]
    metrics.build_info.read = lambda: [(build, 1.0)]
    metrics.plugin_info.read = lambda: installed


async def watch_journal(
    journal: JournalFront, history: History, clock: Callable[[], int], every: float = EVERY
) -> None:
    """Read the journal's figures for ever, every so many seconds; a scrape itself never touches the disk."""
    while True:
        try:
            stats = await journal.stats()
            history.add(stats, clock())
            _show(stats, clock())
        except JournalError as error:
            log.warning("the journal's figures could not be read: %s", error)
        await asyncio.sleep(every)


def _show(stats: Stats, now: int) -> None:
    pending = min((lane.oldest_pending for lane in stats.lanes if lane.oldest_pending), default=now)
    metrics.journal_stored.show(stats.events)
    metrics.journal_size.show(stats.size_bytes)
    metrics.journal_free.show(stats.free_bytes)
    metrics.oldest_pending.show(max(0, now - pending) / 1000)
    metrics.outbox_oldest.show(max(0, now - (stats.oldest_outbound or now)) / 1000)
    lanes, outbox = _lanes(stats), [((state,), float(count)) for state, count in stats.outbox.items()]
    metrics.journal_events.read = lambda: lanes
    metrics.outbox_requests.read = lambda: outbox


def _lanes(stats: Stats) -> list[tuple[tuple[str, str], float]]:
    return [
        ((lane.plugin, state), float(count))
        for lane in stats.lanes
        for state, count in (("pending", lane.pending - lane.retry), ("retry", lane.retry), ("parked", lane.parked))
    ]
