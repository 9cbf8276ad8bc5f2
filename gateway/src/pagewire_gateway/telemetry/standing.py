"""Figures that are read now and then and not counted: the journal's size and age, what is installed."""

import asyncio
import logging
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import version

from pagewire_gateway.journal.port import JournalError, JournalFront, Stats
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_EVERY = 15.0


def show_versions(plugins: Mapping[str, Plugin]) -> None:
    """Tell which build this is, and which plugins it has."""
    build = (version("pagewire-gateway"), platform.python_version())
    installed = [((one.name, one.version, str(one.api_version)), 1.0) for one in plugins.values()]
    metrics.build_info.read = lambda: [(build, 1.0)]
    metrics.plugin_info.read = lambda: installed


async def watch_journal(journal: JournalFront, clock: Callable[[], int], every: float = _EVERY) -> None:
    """Read the journal's figures for ever, every so many seconds; a scrape itself never touches the disk."""
    while True:
        try:
            _show(await journal.stats(), clock())
        except JournalError as error:
            log.warning("the journal's figures could not be read: %s", error)
        await asyncio.sleep(every)


def _show(stats: Stats, now: int) -> None:
    oldest = min((lane.oldest_pending for lane in stats.lanes if lane.oldest_pending), default=now)
    for gauge, value in (
        (metrics.journal_size, stats.size_bytes),
        (metrics.journal_free, stats.free_bytes),
        (metrics.oldest_pending, max(0, now - oldest) / 1000),
    ):
        gauge.read = lambda value=value: [((), float(value))]  # type: ignore[misc]
