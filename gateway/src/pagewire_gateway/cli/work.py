"""``pagewire work``: runs plugins and sends replies, beside others that do the same."""

from typing import Any

import click

from pagewire_gateway.cli.running import process_options, run_process
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Settings, SettingsError
from pagewire_gateway.sharing_time import hand_over_sooner
from pagewire_gateway.workers.opening import open_working


@click.command()
@process_options()
def work(**given: Any) -> None:
    """Run plugins and send replies until Ctrl-C, for a share of all conversations.

    Workers find each other on the servers of NATS that --journal names, and share the partitions of the journal evenly. They may
    come, leave and die at any time. `pagewire serve` with the same --journal takes the webhooks.
    """
    run_process(given, _run)


async def _run(chosen: Settings) -> None:
    if not chosen.journal:
        raise SettingsError(
            "work needs --journal nats://HOST:PORT; with the journal in a file, `pagewire serve` does the work as well"
        )
    async with open_working(chosen) as worker:
        collect_garbage_rarely()
        hand_over_sooner()
        await worker.run_until_stopped()
