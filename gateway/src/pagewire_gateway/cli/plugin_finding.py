"""One plugin by its name, or by the folder somebody is working in; and a configuration for it."""

import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import click
import yaml

from pagewire.configs import PluginError
from pagewire.hooks import ENTRY_POINT_GROUP
from pagewire.installed import points, subject_of
from pagewire.terminal.exits import CommandError, Exit

config_option = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Its configuration, YAML or JSON, as under `config` in a resource.",
)


def found(name: str) -> tuple[str, Any]:
    """The plugin's name, and what it is.

    Args:
        name: of an installed plugin, or a folder with the ``pyproject.toml`` of one.

    Raises:
        CommandError: there is none; says what to do.
    """
    point = point_of(name)
    try:
        return point.name, subject_of(point.name, point)
    except PluginError as error:
        raise CommandError(str(error), "Mend what it says, or install what is missing.") from error


def point_of(name: str) -> EntryPoint:
    """The entry point of a plugin.

    Args:
        name: as for `found`.

    Raises:
        CommandError: there is none; says what to do.
    """
    point = _in_folder(Path(name)) if Path(name).is_dir() else points().get(name)
    if point is None:
        known = ", ".join(sorted(points())) or "none"
        raise CommandError(
            f"plugin {name} is not installed", f"Installed are: {known}. A folder works too.", Exit.NOT_FOUND
        )
    return point


def read_config_file(path: Path | None) -> Any:
    """What a configuration file says; ``None`` without one.

    Raises:
        CommandError: it is no YAML.
    """
    if path is None:
        return None
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} is no YAML: {error}", "Write it as under `config` in a resource.") from error


def _in_folder(folder: Path) -> EntryPoint:
    project = folder / "pyproject.toml"
    try:
        declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["entry-points"][ENTRY_POINT_GROUP]
        ((name, value),) = declared.items()
    except FileNotFoundError:
        raise CommandError(f"{project} is not there", "`pagewire plugins new NAME` makes a whole plugin.") from None
    except (KeyError, ValueError) as error:
        raise CommandError(
            f"{project} declares no single plugin under [project.entry-points.{ENTRY_POINT_GROUP}]",
            "docs/how-to/write-a-plugin.md shows the lines.",
        ) from error
    for place in (folder / "src", folder):
        if place.is_dir():
            sys.path.insert(0, str(place.resolve()))
    return EntryPoint(name, value, ENTRY_POINT_GROUP)
