"""``pagewire plugins try``: one plugin in a whole gateway, with a chat page to talk to it."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

import click

from pagewire.configs import PluginError, read_config
from pagewire.stopping import SIGNALS
from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import asynchronous
from pagewire_gateway.cli.plugin_finding import config_option, point_of, read_config_file
from pagewire_gateway.plugins import load


@click.command("try")
@click.argument("name", metavar="NAME|FOLDER")
@config_option
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="Of the chat page.")
@asynchronous
async def try_(*, name: str, config: Path | None, port: int) -> None:
    """Run a gateway with one plugin and a simulated Meta, and print the address of a chat page. Ctrl-C ends it.

    Needs the simulator: pip install 'pagewire[simulator]'. Nothing leaves this machine but what the plugin itself calls.
    """
    try:
        from pagewire_gateway.trying import trying  # noqa: PLC0415 - the simulator is an extra
    except ModuleNotFoundError as error:
        raise CommandError(f"{error.name} is not installed", "pip install 'pagewire[simulator]'.") from error
    point = point_of(name)
    given = read_config_file(config)
    try:
        plugins = load(found=[point])
        read_config(point.name, plugins[point.name].config, given)
    except PluginError as error:
        raise CommandError(str(error), "Mend what it says; --config FILE gives a configuration.") from error
    stopping = asyncio.Event()
    for one in SIGNALS:
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(one, stopping.set)
    with tempfile.TemporaryDirectory(prefix="pagewire-try-") as folder:
        try:
            async with trying(plugins, {point.name: given}, Path(folder), chat=port) as tried:
                click.echo(f"chat with it at {tried.chat_url} (admin port {tried.admin_url}); Ctrl-C ends it")
                await stopping.wait()
        except OSError as error:
            raise CommandError(error.strerror or str(error), "Choose another port with --port.") from error
