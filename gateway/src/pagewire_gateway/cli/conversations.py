"""``pagewire conversations``: who is talked to, and what happened in one conversation."""

from typing import Final
from urllib.parse import quote

import click

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.showing import show

PATH: Final = "/api/v1/conversations"
_STATES: Final = ("conversation", "last_inbound", "last_outbound", "last_read", "window_until", "owner")
_ENTRIES: Final = ("at", "what", "kind", "state", "plugin", "code", "why")


@click.command()
@click.argument("conversation", required=False)
@format_option(Format.TABLE, Format.JSON, Format.JSONL)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many, the newest."
)
@click.option("--account", help="Only those of this Page or Instagram account.")
@admin_options
@asynchronous
async def conversations(
    *, client: AdminClient, conversation: str | None, output: str, limit: int, account: str | None
) -> None:
    """List the conversations that were at work last; or show the history of one, named OBJECT/ACCOUNT/PERSON.

    The history holds every event, every send and every refusal with its reason, and no texts.
    """
    async with client:
        if conversation is None:
            found = (await client.get(PATH, limit=limit, account=account))["conversations"]
            show(found, found, _STATES, output, "No conversation yet.")
        else:
            known = await client.get(_path(conversation), limit=limit)
            show(known, known["history"], _ENTRIES, output, "Nothing happened yet.")


def _path(conversation: str) -> str:
    parts = conversation.split("/")
    if len(parts) != 3 or not all(parts):
        raise CommandError(
            f"{conversation!r} names no conversation",
            "Write it as OBJECT/ACCOUNT/PERSON; `pagewire conversations` lists them.",
            Exit.USAGE,
        )
    return "/".join((PATH, *(quote(part, safe="") for part in parts)))
