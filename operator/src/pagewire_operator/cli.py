"""``pagewire operate``, also ``pagewire-operator`` and ``python -m pagewire_operator``."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any, Final

import click

from pagewire import logs
from pagewire.kube import AccessError
from pagewire.stopping import leaving_at_once
from pagewire.telemetry.variables import TelemetryError
from pagewire_operator.config import Address, Settings, SettingsError, settings

_FIRST_LOOK: Final = 600.0
"""Seconds over which first looks are spread where drift is never looked for."""
_NAMESPACES: Final = "Only this namespace; may be given several times. All of them by default.  [PAGEWIRE_NAMESPACES]"


class At(click.ParamType[Address]):
    """``HOST:PORT``."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """Read it."""
        if isinstance(value, Address):
            return value
        try:
            return Address.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--namespace", "namespaces", multiple=True, metavar="NAME", help=_NAMESPACES)
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="How to reach the cluster.  [KUBECONFIG, the pod's service account, ~/.kube/config]",
)
@click.option("--context", metavar="NAME", help="A context of the kubeconfig.  [its current one]")
@click.option("--listen", type=At(), help="Probes and metrics; never public.  [PAGEWIRE_LISTEN, 127.0.0.1:8081]")
@click.option(
    "--leader-election/--no-leader-election",
    "lease_enabled",
    default=None,
    help="Whether other replicas may run beside this one.  [PAGEWIRE_LEADER_ELECTION, yes]",
)
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), help="How the log is written.  [PAGEWIRE_LOG_FORMAT, json]"
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="The least that is logged.",
)
def operate(*, lease_enabled: bool | None, log_level: str, **given: Any) -> None:
    """Make Meta agree with the resources of a Kubernetes cluster, and keep it so, until Ctrl-C.

    Settings that have no option come from PAGEWIRE_... variables.
    """
    try:
        chosen = settings({**given, "lease.enabled": lease_enabled})
        logs.set_up(chosen.log_format, log_level)
        # Until the replica heeds signals itself, nothing is open: loading kopf takes a second.
        with leaving_at_once():
            asyncio.run(_operate(chosen))
    except (SettingsError, AccessError, TelemetryError, OSError) as error:
        raise click.ClickException(str(error)) from error


async def _operate(chosen: Settings) -> None:
    from pagewire.telemetry.calls import measured  # noqa: PLC0415 - as below
    from pagewire_operator.app import Replica  # noqa: PLC0415 - kopf takes a second to load; --help should not
    from pagewire_operator.brain import make_brain  # noqa: PLC0415 - as above
    from pagewire_operator.brain.indices import INDICES  # noqa: PLC0415 - as above
    from pagewire_operator.brain.settings import read_settings  # noqa: PLC0415 - as above
    from pagewire_operator.installed import look  # noqa: PLC0415 - as above
    from pagewire_operator.telemetry import Telemetry  # noqa: PLC0415 - as above

    try:
        of_brain = read_settings(os.environ)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    telemetry = Telemetry()
    brain = make_brain(of_brain, time, plugins=look(), watch=measured(telemetry.metrics.graph))
    with telemetry.exporting(os.environ):
        await Replica(chosen, brain, of_brain.resync or _FIRST_LOOK, INDICES, telemetry).run()


def main() -> None:
    """Entry point of the console script ``pagewire-operator``."""
    run: Callable[..., Any] = operate
    sys.exit(run(prog_name="pagewire-operator"))
