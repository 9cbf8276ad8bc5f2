"""What plugins use although Meta will soon end it: counted each time, logged once."""

import logging
from collections.abc import Iterable

from pagewire.deprecations import Notice
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)


class Endings:
    """The notices of one plugin.

    Args:
        plugin: its name.
    """

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin
        self._told: set[str] = set()

    def note(self, notices: Iterable[Notice]) -> None:
        """Take in what `pagewire.replies.check` noticed about one reply."""
        for notice in notices:
            metrics.ending.add(self._plugin, notice.key)
            if notice.key not in self._told:
                self._told.add(notice.key)
                log.warning("plugin %s uses what Meta will end: %s", self._plugin, notice)
