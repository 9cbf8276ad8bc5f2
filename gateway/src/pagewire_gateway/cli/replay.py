"""``pagewire replay``: hand events to plugins again."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import click
from msgspec import Struct

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, progress, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.events import EVERYTHING, filter_options, pages
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.parked import all_parked

CHUNK: Final = 200
"""Events of one request, so that the progress moves."""


class Outcome(Struct, kw_only=True):
    """What a replay came to.

    Attributes:
        events: (event, plugin) put back into lanes; for a dry run, events that would be.
        outbound: requests to the Graph API put back into the outbox, or that would be.
        missing: ids that name nothing.
        dry_run: nothing was changed.
    """

    events: int = 0
    outbound: int = 0
    missing: list[str] = []
    dry_run: bool = False


@click.command()
@click.argument("event_ids", metavar="[EVENT_ID]...", nargs=-1)
@click.option("--plugin", help="Only for this plugin; without it, for every plugin at work.")
@click.option("--parked", is_flag=True, help="What is parked: all of it, or the ids given.")
@click.option("--all", "everything", is_flag=True, help="Every event that the filters below leave.")
@filter_options
@click.option("--resend", is_flag=True, help="Replies that went out before may go out again.")
@click.option("--dry-run", is_flag=True, help="Only say what would be replayed.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before --all.")
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def replay(
    *,
    client: AdminClient,
    event_ids: tuple[str, ...],
    output: str,
    parked: bool,
    everything: bool,
    yes: bool,
    which: dict[str, Any],
    **how: Any,
) -> None:
    """Hand events to plugins again: by id, everything parked, or everything the filters leave.

    Replies that exist already are not sent twice unless --resend asks for it.
    """
    _check(event_ids, parked, everything, which, how["resend"])
    async with client:
        if parked:
            outcome = await _take_up(client, event_ids, how["plugin"], how["dry_run"])
        else:
            ids = await _matching(client, which) if everything else event_ids
            if everything and not (yes or how["dry_run"]):
                click.confirm(f"Replay {len(ids)} events for {how['plugin'] or 'every plugin'}?", abort=True, err=True)
            outcome = await _replay(client, ids, how)
    outcome.dry_run = how["dry_run"]
    _tell(outcome, output, parked)


def _check(ids: Sequence[str], parked: bool, everything: bool, which: dict[str, Any], resend: bool) -> None:
    if not (ids or parked or everything):
        raise click.UsageError("Name events by id, or say --parked or --all.")
    if everything and (ids or parked):
        raise click.UsageError("--all goes neither with ids nor with --parked.")
    if which and not everything:
        raise click.UsageError(f"--{next(iter(which))} chooses events for --all only.")
    if parked and resend:
        raise click.UsageError("--resend is for events that were handled before; what is parked was not.")


async def _matching(client: AdminClient, which: dict[str, Any]) -> list[str]:
    found = [[event["id"] for event in page] async for page in pages(client, EVERYTHING, which)]
    return [event_id for page in reversed(found) for event_id in page]


async def _replay(client: AdminClient, ids: Sequence[str], how: dict[str, Any]) -> Outcome:
    def read(answer: dict[str, Any]) -> Outcome:
        count = len(answer["events"]) if how["dry_run"] else answer["replayed"]
        return Outcome(events=count, missing=answer["missing"])

    return await _in_chunks(ids, lambda chunk: client.post("/api/v1/replay", {"events": chunk, **how}), read)


async def _take_up(client: AdminClient, ids: Sequence[str], plugin: str | None, dry_run: bool) -> Outcome:
    how = {"plugin": plugin, "dry_run": dry_run}
    chosen = list(ids) or list(dict.fromkeys(one["id"] for one in await all_parked(client, plugin=plugin)))

    def read(answer: dict[str, Any]) -> Outcome:
        return Outcome(events=answer["events"], outbound=answer["outbound"], missing=answer["missing"])

    return await _in_chunks(chosen, lambda chunk: client.post("/api/v1/parked/replay", {"ids": chunk, **how}), read)


async def _in_chunks(
    ids: Sequence[str],
    ask: Callable[[Sequence[str]], Awaitable[dict[str, Any]]],
    read: Callable[[dict[str, Any]], Outcome],
) -> Outcome:
    total = Outcome()
    with progress() as bar:
        task = bar.add_task("replaying", total=len(ids))
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            try:
                part = read(await ask(chunk))
            except CommandError as error:
                # A chunk that names nothing must not keep the next one from being replayed.
                if error.reason != "not_found":
                    raise
                part = Outcome(missing=list(chunk))
            total.events += part.events
            total.outbound += part.outbound
            total.missing += part.missing
            bar.advance(task, len(chunk))
    if total.missing and len(total.missing) == len(ids):
        raise CommandError(
            "Nothing has any of these ids", "`pagewire events` and `pagewire parked` list ids.", Exit.NOT_FOUND
        )
    return total


def _tell(outcome: Outcome, output: str, parked: bool) -> None:
    if output == Format.JSON:
        print_json(outcome)
    else:
        verb = "would be replayed" if outcome.dry_run else "put back"
        rows = f" and {outcome.outbound} outbound requests" if parked else ""
        say(f"{outcome.events} {'parked events' if parked else 'events'}{rows} {verb}.")
        for event_id in outcome.missing:
            say(f"not found: {event_id}")
    if outcome.missing:
        click.get_current_context().exit(Exit.WARNINGS)
