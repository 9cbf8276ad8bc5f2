"""``pagewire replay``: hand events to plugins again."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import click
from msgspec import Struct

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, progress, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.events import filter_options
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.parked import MOST, all_parked
from pagewire_gateway.cli.replays import counted, followed

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

    def add(self, other: "Outcome") -> None:
        """Count what another part of the same replay came to."""
        self.events += other.events
        self.outbound += other.outbound
        self.missing += other.missing


@click.command()
@click.argument("event_ids", metavar="[EVENT_ID]...", nargs=-1)
@click.option("--plugin", help="Only for this plugin; without it, for every plugin at work.")
@click.option("--parked", is_flag=True, help="What is parked: all of it, or the ids given.")
@click.option("--all", "everything", is_flag=True, help="Every event that the filters below leave.")
@filter_options
@click.option("--cause", help="With --parked: what has this cause; `pagewire parked --causes` lists them.")
@click.option("--drop", is_flag=True, help="With --parked: give it up instead. It stays in the journal.")
@click.option(
    "--send",
    type=click.Choice(["none", "new", "all"]),
    default="none",
    show_default=True,
    help="Which replies may go out: none (they are shown only), those that did not go out before, or all of them.",
)
@click.option("--resend", is_flag=True, help="The same as --send all.")
@click.option(
    "--rate", type=click.IntRange(1, 1000), default=1000, show_default=True, help="With --all: so many a second."
)
@click.option("--detach", is_flag=True, help="With --all: do not wait for the end.")
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
    which: dict[str, Any],
    **how: Any,
) -> None:
    """Hand events to plugins again: by id, everything parked, or everything the filters leave.

    No reply goes out unless --send asks for it, but those to parked work, which was never done. --all goes on in the
    gateway, also if this command ends or the gateway is started anew.
    """
    _check(event_ids, which, how)
    async with client:
        if how["cause"] or how["drop"]:
            outcome = await _group(client, how)
        elif how["parked"]:
            outcome = await _take_up(client, event_ids, how["plugin"], how["dry_run"])
        elif how["everything"]:
            outcome = await _all(client, which, how)
        else:
            outcome = await _replay(client, event_ids, how)
    outcome.dry_run = how["dry_run"]
    _tell(outcome, output, how)


def _check(ids: Sequence[str], which: dict[str, Any], how: dict[str, Any]) -> None:
    parked, everything = how["parked"], how["everything"]
    if not (ids or parked or everything):
        raise click.UsageError("Name events by id, or say --parked or --all.")
    if everything and (ids or parked):
        raise click.UsageError("--all goes neither with ids nor with --parked.")
    if which and not everything:
        raise click.UsageError(f"--{next(iter(which))} chooses events for --all only.")
    if parked and (how["resend"] or how["send"] != "none"):
        raise click.UsageError("--send is for events that were handled before; what is parked was not.")
    if (how["cause"] or how["drop"]) and (ids or not parked):
        raise click.UsageError("--cause and --drop go with --parked, and not with ids.")


def _sends(how: dict[str, Any]) -> str:
    return "all" if how["resend"] else str(how["send"])


async def _all(client: AdminClient, which: dict[str, Any], how: dict[str, Any]) -> Outcome:
    wish = {"filter": which, "plugin": how["plugin"], "sends": _sends(how), "rate": how["rate"]}
    return await _in_background(client, wish, how, f"for {how['plugin'] or 'every plugin'}")


async def _group(client: AdminClient, how: dict[str, Any]) -> Outcome:
    group = {name: how[name] for name in ("plugin", "cause") if how[name]}
    wish = {"parked": group, "drop": how["drop"], "rate": how["rate"]}
    return await _in_background(client, wish, how, "that are parked")


async def _in_background(client: AdminClient, wish: dict[str, Any], how: dict[str, Any], what: str) -> Outcome:
    total = await counted(client, wish)
    if how["dry_run"]:
        return Outcome(events=total)
    if not how["yes"]:
        verb = "Drop" if how["drop"] else "Replay"
        click.confirm(f"{verb} {total} events {what}?", abort=True, err=True)
    return Outcome(events=(await followed(client, wish, detach=how["detach"]))["replayed"])


async def _replay(client: AdminClient, ids: Sequence[str], how: dict[str, Any]) -> Outcome:
    def read(answer: dict[str, Any]) -> Outcome:
        count = len(answer["events"]) if how["dry_run"] else answer["replayed"]
        return Outcome(events=count, missing=answer["missing"])

    wish = {"plugin": how["plugin"], "sends": _sends(how), "dry_run": how["dry_run"]}
    return await _in_chunks(ids, lambda chunk: client.post("/api/v1/replay", {"events": chunk, **wish}), read)


async def _take_up(client: AdminClient, ids: Sequence[str], plugin: str | None, dry_run: bool) -> Outcome:
    """Take up these, or list by list all that is parked, as a list has its most."""
    how = {"plugin": plugin, "dry_run": dry_run}

    def read(answer: dict[str, Any]) -> Outcome:
        return Outcome(events=answer["events"], outbound=answer["outbound"], missing=answer["missing"])

    def ask(chunk: Sequence[str]) -> Awaitable[dict[str, Any]]:
        return client.post("/api/v1/parked/replay", {"ids": chunk, **how})

    if ids:
        return await _in_chunks(ids, ask, read)
    total, taken = Outcome(), set[str]()
    # What was taken up and is parked once more already is left, or this might never end.
    while some := [one for one in await _listed(client, plugin) if one not in taken]:
        taken.update(some)
        total.add(await _in_chunks(some, ask, read))
        if dry_run:
            break
    if dry_run and len(taken) >= MOST:
        say(f"Only the oldest {MOST} were looked at; without --dry-run the rest follows.")
    return total


async def _listed(client: AdminClient, plugin: str | None) -> list[str]:
    return list(dict.fromkeys(one["id"] for one in await all_parked(client, MOST, plugin)))


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
            total.add(part)
            bar.advance(task, len(chunk))
    if total.missing and len(total.missing) == len(ids):
        raise CommandError(
            "Nothing has any of these ids", "`pagewire events` and `pagewire parked` list ids.", Exit.NOT_FOUND
        )
    return total


def _tell(outcome: Outcome, output: str, how: dict[str, Any]) -> None:
    if output == Format.JSON:
        print_json(outcome)
    elif not how["detach"] or how["dry_run"]:
        verb = "would be replayed" if outcome.dry_run else "put back"
        if how["drop"]:
            verb = "would be dropped" if outcome.dry_run else "dropped"
        parked = how["parked"]
        rows = f" and {outcome.outbound} outbound requests" if parked and not (how["cause"] or how["drop"]) else ""
        say(f"{outcome.events} {'parked events' if parked else 'events'}{rows} {verb}.")
        for event_id in outcome.missing:
            say(f"not found: {event_id}")
    if outcome.missing:
        click.get_current_context().exit(Exit.WARNINGS)
