"""``pagewire replays``: replays in the background, what they are at, and an end to them."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

import click

from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, progress, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options

PATH: Final = "/api/v1/replays"
_POLL: Final = 0.3
_COLUMNS: Final = ("id", "state", "started", "looked", "total", "replayed", "by", "problem")


@click.command()
@format_option(Format.TABLE, Format.JSON)
@click.option("--cancel", metavar="ID", help="Stop this one where it is; what was put back stays so.")
@admin_options
@asynchronous
async def replays(*, client: AdminClient, output: str, cancel: str | None) -> None:
    """List replays in the background, the newest first. `pagewire replay --all` begins one.

    They belong to the process whose admin port was asked, and go on after a restart of it.
    """
    async with client:
        found = await (_stopped(client, cancel) if cancel else _listed(client))
    if output == Format.JSON:
        print_json(found)
    else:
        print_rows(_COLUMNS, [tuple(one[name] for name in _COLUMNS) for one in found], "No replay yet.")


async def _listed(client: AdminClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(PATH))["replays"]
    return found


async def _stopped(client: AdminClient, id_: str) -> list[dict[str, Any]]:
    return [await client.post(f"{PATH}/{quote(id_, safe='')}/cancel", {})]


async def counted(client: AdminClient, wish: dict[str, Any]) -> int:
    """How much a replay would do."""
    return int((await client.post(PATH, {**wish, "dry_run": True}))["total"])


async def followed(client: AdminClient, wish: dict[str, Any], *, detach: bool) -> dict[str, Any]:
    """Begin a replay; returns how it stands, at its end unless nobody waits for that.

    Raises:
        CommandError: it failed, or somebody cancelled it.
    """
    job: dict[str, Any] = (await client.post(PATH, wish))["replay"]
    if detach:
        say(f"Replay {job['id']} of {job['total']} goes on; `pagewire replays` shows how far it is.")
        return job
    try:
        return await _until_over(client, job)
    except asyncio.CancelledError:
        say(f"Replay {job['id']} goes on; `pagewire replays --cancel {job['id']}` stops it.")
        raise


async def _until_over(client: AdminClient, job: dict[str, Any]) -> dict[str, Any]:
    with progress() as bar:
        task = bar.add_task("replaying", total=job["total"])
        while job["state"] == "running":
            await asyncio.sleep(_POLL)
            job = await client.get(f"{PATH}/{job['id']}")
            bar.update(task, completed=job["looked"])
    if job["state"] != "done":
        raise CommandError(f"The replay was {job['state']} after {job['looked']} of {job['total']}", job["problem"])
    return job
