"""``pagewire parked``: work that used up its attempts."""

from typing import Any, Final

import click

from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_jsonl, print_rows
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.showing import show

PATH: Final = "/api/v1/parked"
MOST: Final = 10_000
"""Parked things in one list."""


@click.command()
@format_option(Format.TABLE, Format.JSON, Format.JSONL)
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=1000, show_default=True, help="At most so many, the oldest."
)
@click.option("--plugin", help="Only what is parked for this plugin.")
@click.option("--causes", is_flag=True, help="Only how much is parked, by plugin and cause.")
@admin_options
@asynchronous
async def parked(*, client: AdminClient, output: str, limit: int, plugin: str | None, causes: bool) -> None:
    """List parked events and parked outbound requests, oldest first, each with the reason.

    `pagewire replay --parked` takes them up again.
    """
    async with client:
        if causes:
            told = (await client.get(f"{PATH}/causes"))["causes"]
            show(told, told, _CAUSES, output, "Nothing is parked.")
            return
        found = await all_parked(client, limit, plugin)
    if output == Format.JSON:
        print_json(found)
    elif output == Format.JSONL:
        print_jsonl(found)
    else:
        names = ("parked", "what", "plugin", "kind", "attempts", "error", "id")
        rows = [tuple(one[key] for key in ("at", "what", "plugin", "kind", "attempts", "error", "id")) for one in found]
        print_rows(names, rows, "Nothing is parked.")


async def all_parked(client: AdminClient, limit: int, plugin: str | None = None) -> list[dict[str, Any]]:
    """Parked work, oldest first."""
    found: list[dict[str, Any]] = (await client.get(PATH, limit=limit, plugin=plugin))["parked"]
    return found


_CAUSES: Final = ("count", "what", "plugin", "cause", "oldest", "newest")
