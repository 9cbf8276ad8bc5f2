"""``pagewire serve``: the gateway itself."""

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from pagewire.terminal.exits import CommandError
from pagewire_gateway.admin.exposure import check_admin_exposure
from pagewire_gateway.app import Gateway
from pagewire_gateway.cli import logs
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Address, Settings, SettingsError, settings
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.plugins import PluginError


class At(click.ParamType[Address]):
    """``HOST:PORT``."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """Read it."""
        if isinstance(value, Address):
            return value
        try:
            return Address.parse(str(value), f"--{param.name}" if param else "the address")
        except SettingsError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option(
    "--manifests",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of manifests; changes are taken up while the gateway runs.",
)
@click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the journal; it is made if it does not exist.",
)
@click.option("--public", type=At(), default="127.0.0.1:8080", show_default=True, help="Where webhooks come in.")
@click.option(
    "--admin",
    type=At(),
    default="127.0.0.1:9090",
    show_default=True,
    help="Probes, metrics and admin API; never public.",
)
@click.option(
    "--plugin", "plugins", multiple=True, metavar="NAME", help="Only this plugin; may be given several times."
)
@click.option("--log-format", type=click.Choice(["text", "json"]), help="How the gateway's own log is written.  [text]")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="The least that is logged.",
)
def serve(*, log_level: str, plugins: tuple[str, ...], **given: Any) -> None:
    """Run the gateway until Ctrl-C: webhooks in, plugins, replies out.

    Settings that have no option come from PAGEWIRE_... variables.
    """
    try:
        chosen = settings({**given, "plugins": plugins or None})
        check_admin_exposure(chosen.admin.host, chosen.admin_token)
        logs.set_up(chosen.log_format, log_level)
        chosen.data.mkdir(parents=True, exist_ok=True)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_run(chosen))
    except (SettingsError, PluginError, JournalError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(error.strerror or str(error), _mend(error)) from error


async def _run(chosen: Settings) -> None:
    async with Gateway(chosen) as gateway:
        collect_garbage_rarely()
        await gateway.run_until_stopped()


def _mend(error: OSError) -> str:
    if "listen" in str(error):
        return "Another program may use the port: choose another with --public or --admin."
    return "`pagewire doctor` looks at folders, disk and ports."


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # uvloop is several times faster; it does not exist on Windows.
    if sys.platform == "win32":
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
