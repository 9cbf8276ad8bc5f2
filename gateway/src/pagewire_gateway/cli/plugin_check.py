"""``pagewire plugins check`` and ``schema``: whether a plugin keeps its contract, and what it may be configured with."""

from pathlib import Path

import click
import msgspec

from pagewire.configs import PluginError
from pagewire.installed import config_of
from pagewire.rehearsal import Check, check_plugin
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, say
from pagewire_gateway.cli.plugin_finding import config_option, found, read_config_file


@click.command()
@click.argument("name", metavar="NAME|FOLDER")
@config_option
@format_option(Format.TABLE, Format.JSON)
@asynchronous
async def check(*, name: str, config: Path | None, output: str) -> None:
    """Hold a plugin to its contract: with samples of every kind of event, and without a gateway.

    NAME is an installed plugin, or a folder with its pyproject.toml. The plugin's own code runs; what it speaks with may be
    asked. Exit code 3 if a part of the contract is not kept.
    """
    plugin, subject = found(name)
    checks = await check_plugin(plugin, subject, read_config_file(config))
    if output == Format.JSON:
        print_json(checks)
    else:
        print_rows(("", "check"), (("ok" if one.passed else "no", one.name) for one in checks), "")
        _tell(checks)
    if not all(one.passed for one in checks):
        click.get_current_context().exit(Exit.WARNINGS)


def _tell(checks: list[Check]) -> None:
    for one in checks:
        if not one.passed:
            say(f"{one.name}: {one.problem}")


@click.command()
@click.argument("name", metavar="NAME|FOLDER")
def schema(*, name: str) -> None:
    """Print the JSON Schema of a plugin's configuration, which editors and CI can check manifests with."""
    plugin, subject = found(name)
    try:
        struct = config_of(plugin, subject)
    except PluginError as error:
        raise CommandError(str(error), "Make Config a msgspec.Struct.") from error
    print_json({"type": "object"} if struct is None else msgspec.json.schema(struct))
