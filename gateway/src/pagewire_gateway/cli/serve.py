"""``pagewire serve``: the gateway itself, or its public side where workers do the rest."""

from typing import Any

import click

from pagewire_gateway.app import Gateway
from pagewire_gateway.cli.running import At, process_options, run_process
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Settings
from pagewire_gateway.sharing_time import hand_over_sooner
from pagewire_gateway.workers.opening import open_serving

_PUBLIC = click.option(
    "--public", type=At(), default="127.0.0.1:8080", show_default=True, help="Where webhooks come in."
)


@click.command()
@process_options(_PUBLIC)
def serve(**given: Any) -> None:
    """Run the gateway until Ctrl-C: webhooks in, plugins, replies out.

    Apps, tokens and Pages are described in a folder (--manifests) or in a cluster (--cluster or --kubeconfig). With --journal
    this process takes webhooks in, and `pagewire work` does the rest, in as many processes as are needed. Settings without an
    option come from PAGEWIRE_... variables.
    """
    run_process(given, _run)


async def _run(chosen: Settings) -> None:
    async with open_serving(chosen) if chosen.journal else Gateway(chosen) as gateway:
        collect_garbage_rarely()
        hand_over_sooner()
        await gateway.run_until_stopped()
