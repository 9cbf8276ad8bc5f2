"""What is installed under the entry point group ``pagewire``. Gateway and operator look for plugins in the same way."""

import inspect
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any

from msgspec import Struct

from pagewire.configs import PluginError
from pagewire.hooks import ENTRY_POINT_GROUP

__all__ = ["config_of", "missing", "points", "subject_of", "version_of"]


def points() -> dict[str, EntryPoint]:
    """The installed entry points, by the plugin's name."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


def missing(name: str, known: Iterable[str]) -> PluginError:
    """What to say of a plugin that somebody named and that is not there.

    Args:
        name: of the plugin.
        known: names of those that are.
    """
    return PluginError(
        f"plugin {name} is not installed; install it with pip (one you work on: pip install -e . in its folder), or mend the "
        f"name; installed are: {', '.join(sorted(known)) or 'none'}"
    )


def subject_of(name: str, point: EntryPoint) -> Any:
    """The module or object a plugin is.

    Raises:
        PluginError: it cannot be imported or made.
    """
    try:
        subject = point.load()
        return subject() if inspect.isclass(subject) else subject
    except Exception as error:
        raise PluginError(
            f"plugin {name} cannot be loaded from {point.value}: {type(error).__name__}: {error}"
        ) from error


def config_of(name: str, subject: Any) -> type[Struct] | None:
    """The struct a plugin's configuration is read into; ``None`` for a plain mapping.

    Raises:
        PluginError: its ``Config`` is something else.
    """
    config = getattr(subject, "Config", None)
    if config is None:
        return None
    if not (isinstance(config, type) and issubclass(config, Struct)):
        raise PluginError(f"plugin {name}: Config must be a msgspec.Struct class")
    return config


def version_of(point: EntryPoint) -> str:
    """Version of the distribution a plugin comes from; ``0`` where there is none."""
    return version(point.dist.name) if point.dist is not None else "0"
