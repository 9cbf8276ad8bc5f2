"""``pagewire trace``: trace the next events of an account."""

from typing import Any, Final

import click

from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options

PATH: Final = "/api/v1/tracing"


@click.command()
@click.argument("account", metavar="[OBJECT/ACCOUNT]", required=False)
@click.option(
    "--events",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="How many of its next events; 0 for none any more.",
)
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def trace(*, client: AdminClient, account: str | None, events: int, output: str) -> None:
    """Trace the next events of an account from webhook to echo, whatever share of all is traced; or list what is left to trace.

    OBJECT/ACCOUNT is as in page/108000000000001. `pagewire events -o json` tells the trace of each event.
    """
    async with client:
        if account:
            object_, _, id_ = account.partition("/")
            found = await client.post(PATH, {"object": object_, "account": id_, "events": events})
        else:
            found = await client.get(PATH)
    _show(found, output)


def _show(found: dict[str, Any], output: str) -> None:
    if output == Format.JSON:
        print_json(found)
        return
    rows = [(one["object"], one["account"], one["events"]) for one in found["accounts"]]
    share = f"{found['ratio']:.0%} of all webhooks" if found["on"] else "nothing: this gateway exports no traces"
    print_rows(("object", "account", "events"), rows, f"No account in particular is traced; besides, {share}.")
