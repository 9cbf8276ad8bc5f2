"""What `serve` and `work` have in common: options, and a process that ends well."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pagewire import logs
from pagewire.stopping import leaving_at_once, until_told
from pagewire.telemetry.variables import TelemetryError
from pagewire.terminal.exits import CommandError
from pagewire_gateway.admin.exposure import check_admin_exposure
from pagewire_gateway.config import Address, ClusterSettings, Settings, SettingsError, settings
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.lean import give_memory_back, share_heaps
from pagewire_gateway.loops import loop_factory
from pagewire_gateway.plugins import PluginError
from pagewire_gateway.telemetry.exporting import exporting

F = TypeVar("F", bound=Callable[..., Any])


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


_RESOURCES: Final = (
    click.option(
        "--manifests",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help="Folder of manifests; changes are taken up while the gateway runs.",
    ),
    click.option(
        "--cluster",
        is_flag=True,
        help="Follow the resources of a Kubernetes cluster instead: that of KUBECONFIG, of the pod, or of ~/.kube/config.",
    ),
    click.option(
        "--kubeconfig",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Follow the cluster of this file.",
    ),
    click.option(
        "--namespace",
        "namespaces",
        multiple=True,
        metavar="NAME",
        help="Only this namespace of the cluster; may be given several times.  [all of them]",
    ),
)
_STORES: Final = (
    click.option(
        "--data",
        required=True,
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Folder of the journal; it is made if it does not exist. With --journal, one of this process alone.",
    ),
    click.option(
        "--journal",
        envvar="PAGEWIRE_JOURNAL",
        show_envvar=True,
        metavar="URL",
        help="Servers of NATS that have the journal, as nats://HOST:PORT with commas between them.  [a file in --data]",
    ),
)
_ADMIN: Final = click.option(
    "--admin",
    type=At(),
    default="127.0.0.1:9090",
    show_default=True,
    help="Probes, metrics and admin API; never public.",
)
_REST: Final = (
    click.option(
        "--plugin", "plugins", multiple=True, metavar="NAME", help="Only this plugin; may be given several times."
    ),
    click.option(
        "--log-format", type=click.Choice(["text", "json"]), help="How the gateway's own log is written.  [text]"
    ),
    click.option(
        "--log-level",
        type=click.Choice(["debug", "info", "warning", "error"]),
        default="info",
        show_default=True,
        help="The least that is logged.",
    ),
)


def process_options(*more: Callable[[Any], Any]) -> Callable[[F], F]:
    """Options of a process, with `more` before those of the admin port."""
    options = [*_RESOURCES, *_STORES, *more, _ADMIN, *_REST]

    def decorate(command: F) -> F:
        return functools.reduce(lambda done, option: option(done), reversed(options), command)

    return decorate


def run_process(given: dict[str, Any], run: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Read the settings, and run until stopped.

    Raises:
        CommandError: it cannot run; says why, and what to do.
    """
    level = given.pop("log_level")
    try:
        chosen = _settings(given)
        check_admin_exposure(chosen)
        logs.set_up(chosen.log_format, level)
        share_heaps()
        with leaving_at_once():
            chosen.data.mkdir(parents=True, exist_ok=True)
            with exporting(chosen), asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(until_told(_kept_lean(run(chosen))))
    except (SettingsError, PluginError, JournalError, TelemetryError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(error.strerror or str(error), _mend(error)) from error


async def _kept_lean(process: Coroutine[Any, Any, None]) -> None:
    lean = asyncio.create_task(give_memory_back())
    try:
        await process
    finally:
        lean.cancel()


def _settings(given: dict[str, Any]) -> Settings:
    wanted = given.pop("cluster"), given.pop("kubeconfig"), given.pop("namespaces")
    plugins = given.pop("plugins") or None
    return settings({**given, "cluster": _cluster(given["manifests"], *wanted), "plugins": plugins})


def _cluster(
    manifests: Path | None,
    cluster: bool,
    kubeconfig: Path | None,
    namespaces: tuple[str, ...],
) -> ClusterSettings | None:
    wanted = cluster or kubeconfig is not None
    if wanted is (manifests is not None):
        raise click.UsageError("Give --manifests DIR, or --cluster (or --kubeconfig FILE): one of the two.")
    if namespaces and not wanted:
        raise click.UsageError("--namespace goes with --cluster; a folder of manifests is served whole.")
    return ClusterSettings(kubeconfig=kubeconfig, namespaces=namespaces) if wanted else None


def _mend(error: OSError) -> str:
    if "listen" in str(error):
        return "Another program may use the port: choose another with --public or --admin."
    return "`pagewire doctor` looks at folders, disk and ports."
