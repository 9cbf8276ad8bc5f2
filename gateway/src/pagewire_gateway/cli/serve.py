"""``pagewire serve``: the gateway itself."""

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from pagewire import logs
from pagewire.terminal.exits import CommandError
from pagewire_gateway.admin.exposure import check_admin_exposure
from pagewire_gateway.app import Gateway
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Address, ClusterSettings, Settings, SettingsError, settings
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.plugins import PluginError
from pagewire_gateway.sharing_time import hand_over_sooner


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
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of manifests; changes are taken up while the gateway runs.",
)
@click.option(
    "--cluster",
    is_flag=True,
    help="Follow the resources of a Kubernetes cluster instead: that of KUBECONFIG, of the pod, or of ~/.kube/config.",
)
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Follow the cluster of this file.",
)
@click.option(
    "--namespace",
    "namespaces",
    multiple=True,
    metavar="NAME",
    help="Only this namespace of the cluster; may be given several times.  [all of them]",
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
def serve(
    *,
    cluster: bool,
    kubeconfig: Path | None,
    namespaces: tuple[str, ...],
    plugins: tuple[str, ...],
    log_level: str,
    **given: Any,
) -> None:
    """Run the gateway until Ctrl-C: webhooks in, plugins, replies out.

    Apps, tokens and Pages are described in a folder (--manifests) or in a cluster (--cluster or --kubeconfig).
    Settings that have no option come from PAGEWIRE_... variables.
    """
    followed = _cluster(given["manifests"], cluster or kubeconfig is not None, kubeconfig, namespaces)
    try:
        chosen = settings({**given, "cluster": followed, "plugins": plugins or None})
        check_admin_exposure(chosen.admin.host, chosen.admin_token)
        logs.set_up(chosen.log_format, log_level)
        chosen.data.mkdir(parents=True, exist_ok=True)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_run(chosen))
    except (SettingsError, PluginError, JournalError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(error.strerror or str(error), _mend(error)) from error


def _cluster(
    manifests: Path | None, wanted: bool, kubeconfig: Path | None, namespaces: tuple[str, ...]
) -> ClusterSettings | None:
    if wanted is (manifests is not None):
        raise click.UsageError("Give --manifests DIR, or --cluster (or --kubeconfig FILE): one of the two.")
    if namespaces and not wanted:
        raise click.UsageError("--namespace goes with --cluster; a folder of manifests is served whole.")
    return ClusterSettings(kubeconfig=kubeconfig, namespaces=namespaces) if wanted else None


async def _run(chosen: Settings) -> None:
    async with Gateway(chosen) as gateway:
        collect_garbage_rarely()
        hand_over_sooner()
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
