"""The plugins that are installed beside the operator: they tell which configuration they take, and nothing of them is run."""

import logging
from importlib.metadata import EntryPoint
from typing import Final

from pagewire.configs import PluginError
from pagewire.installed import config_of, points, subject_of, version_of
from pagewire_operator.brain.plugins import Installed, InstalledPlugin

_log: Final = logging.getLogger(__name__)


def look() -> Installed:
    """Load all of them. One that cannot be loaded is told of, and keeps nobody from working."""
    return {name: _look(name, point) for name, point in points().items()}


def _look(name: str, point: EntryPoint) -> InstalledPlugin:
    version = version_of(point)
    try:
        return InstalledPlugin(version=version, config=config_of(name, subject_of(name, point)))
    except PluginError as error:
        _log.warning("%s: its config is not checked here", error)
        return InstalledPlugin(version=version, trouble=str(error))
