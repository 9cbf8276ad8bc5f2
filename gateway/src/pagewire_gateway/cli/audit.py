"""``pagewire audit``: who changed or saw what."""

import click

from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import Moment, admin_options


@click.command()
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@click.option("--before", type=Moment(), help="Only acts before then: RFC 3339, or how long ago, such as 2h.")
@click.option("--name", metavar="WHO", help="Only what this person or token did.")
@click.option("--action", help="Only this, such as plugin.pause, or all that begins with it, such as plugin.")
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def audit(
    *, client: AdminClient, output: str, limit: int, before: str | None, name: str | None, action: str | None
) -> None:
    """List who changed or saw what on the admin port, the newest first.

    Asks for the role operator. An outcome that is unknown is of an act that still goes on, or whose process ended before it did.
    """
    async with client:
        found = (await client.get("/api/v1/audit", limit=limit, before=before, name=name, action=action))["acts"]
    if output == Format.JSON:
        print_json(found)
        return
    names = ("at", "name", "role", "how", "source", "action", "on", "outcome", "detail")
    print_rows(names, [tuple(one[part] for part in names) for one in found], "Nothing was done on the admin port yet.")
