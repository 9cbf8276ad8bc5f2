"""``pagewire plugins new``: begin a plugin from the template."""

import re
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import click

from pagewire.terminal.exits import CommandError
from pagewire.terminal.output import say

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@click.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where to write it.  [pagewire-NAME, here]",
)
def new(*, name: str, into: Path | None) -> None:
    """Write a plugin with a typed configuration, a hook, tests, CI and a README, into a new folder.

    Needs copier: pip install 'pagewire-gateway[template]'.
    """
    if not _NAME.fullmatch(name) or len(name) > 40:
        raise CommandError(
            f"{name!r} is no name for a plugin", "Lower case letters, digits and single dashes: opening-hours."
        )
    folder = into or Path(f"pagewire-{name}")
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty", "Name another folder with --into.")
    try:
        from copier import run_copy  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise CommandError("copier is not installed", "pip install 'pagewire-gateway[template]'.") from error
    with as_file(files("pagewire_gateway") / "plugin_template") as template:
        told = {"name": name, "since": _public(version("pagewire"))}
        run_copy(str(template), folder, data=told, defaults=True, quiet=True)
    say(f"{folder} is there. Next: cd {folder} && pip install -e '.[test]' && pytest")


def _public(installed: str) -> str:
    # What comes behind the plus names a commit, and no index has it.
    return installed.partition("+")[0]
