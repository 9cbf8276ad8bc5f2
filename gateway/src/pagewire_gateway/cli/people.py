"""``pagewire people``: who is known, who is one person, and who has to be forgotten."""

import asyncio
from typing import Any, Final

import click

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.ended_logins import ended_logins
from pagewire_gateway.cli.options import admin_options

PATH: Final = "/api/v1/people"
DELETIONS: Final = "/api/v1/deletions"
_POLL: Final = 0.5
_formats = format_option(Format.TABLE, Format.JSON)


@click.group()
def people() -> None:
    """Show who is known, say who is one person, and have people forgotten.

    An ID is object/account/id, as `pagewire events` shows it under conversation: page/108000000000001/24000000000000001.
    """


people.add_command(ended_logins)


@people.command("list")
@_formats
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@click.option("--before", type=int, metavar="PLACE", help="Only ids before this place, for paging.")
@click.option("--object", "object_", type=click.Choice(["page", "instagram", "app"]), help="Only ids of such accounts.")
@click.option("--account", help="Only ids of this Page, account or app.")
@admin_options
@asynchronous
async def list_(*, client: AdminClient, output: str, object_: str | None, **which: Any) -> None:
    """List scoped ids, those that became known last first; no names."""
    async with client:
        found = (await client.get(PATH, object=object_, **which))["people"]
    if output == Format.JSON:
        print_json(found)
    else:
        names = ("person", "id", "first_seen", "last_seen", "place")
        print_rows(names, [tuple(one[name] for name in names) for one in found], "Nobody is known yet.")


@people.command()
@click.argument("who", metavar="ID|PERSON")
@click.option("--reveal", is_flag=True, help="Show names; the gateway logs that it was asked to.")
@_formats
@admin_options
@asynchronous
async def show(*, client: AdminClient, who: str, reveal: bool, output: str) -> None:
    """Show a person: every scoped id, what Meta tells of them, and who said that they are one."""
    async with client:
        found = await client.post(f"{PATH}/find", {"id": who}) if "/" in who else {"person": who}
        detail = await client.get(f"{PATH}/{found['person']}", reveal=reveal or None)
    if output == Format.JSON:
        print_json(detail)
        return
    say(f"Person {detail['person']}")
    print_rows(
        ("id", "first seen", "last seen"), [(o["id"], o["first_seen"], o["last_seen"]) for o in detail["ids"]], ""
    )
    if detail["profiles"]:
        rows = [(o["id"], ", ".join(o["names"].values()), o["refused"], o["fetched"]) for o in detail["profiles"]]
        print_rows(("profile of", "names", "refused", "fetched"), rows, "")
    if detail["history"]:
        print_rows(("one", "other", "ground", "by", "at", "standing"), map(_said, detail["history"]), "")


def _said(one: dict[str, Any]) -> tuple[str, ...]:
    standing = "counts" if one["counts"] else one["refused"] or f"taken back by {one['undone_by']}"
    return (one["one"], one["other"], one["ground"], one["by"], one["at"], standing)


@people.command()
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@_formats
@admin_options
@asynchronous
async def link(*, client: AdminClient, one: str, other: str, output: str) -> None:
    """Say that two ids are one person. It counts whatever plugins say, until `pagewire people unlink`."""
    async with client:
        done = await client.post(f"{PATH}/link", {"one": one, "other": other})
    if output == Format.JSON:
        print_json(done)
    elif done["linked"]:
        say(f"They are {done['person']}, with {len(done['members'])} ids.")
    if not done["linked"]:
        raise CommandError(
            f"Not linked: {done['reason']}", "`pagewire people show ID` tells whose each is, and what was said of it."
        )


@people.command()
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@_formats
@admin_options
@asynchronous
async def unlink(*, client: AdminClient, one: str, other: str, output: str) -> None:
    """Take apart two ids that somebody said are one person; what was before holds again, and plugins cannot link them anew."""
    async with client:
        done = await client.post(f"{PATH}/unlink", {"one": one, "other": other})
    print_json(done) if output == Format.JSON else say(f"{done['undone']} sayings count no more.")


@people.command()
@click.argument("who", metavar="ID")
@_formats
@admin_options
@asynchronous
async def match(*, client: AdminClient, who: str, output: str) -> None:
    """Ask Meta which ids on other Pages are the same person as this one, and link them.

    Meta documents ID matching no more and may refuse; the gateway asks only with PAGEWIRE_ID_MATCHING=true.
    """
    async with client:
        found = (await client.post(f"{PATH}/match", {"id": who}))["matches"]
    if output == Format.JSON:
        print_json(found)
    else:
        rows = [(one["id"], one["reason"] or "linked") for one in found]
        print_rows(("same person", "standing"), rows, "Meta names no other id on Pages of this namespace.")


@people.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--ground", default="operator", show_default=True, help="Why, in lower case with underscores; kept in the proof."
)
@click.option("--alone", is_flag=True, help="Leave ids alone that are linked with these as the same person.")
@click.option("--wait", is_flag=True, help="Wait until it is done, or a plugin refuses.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@_formats
@admin_options
@asynchronous
async def delete(
    *, client: AdminClient, ids: tuple[str, ...], ground: str, alone: bool, wait: bool, yes: bool, output: str
) -> None:
    """Have people forgotten, everywhere and for good: journal, outbox, parked work, caches, links and plugins.

    From the answer on nothing is sent to them. `pagewire people deletions ID` shows how far it is, and later the proof.
    """
    if not yes:
        linked = "" if alone else ", with the ids linked to them"
        click.confirm(f"Forget {len(ids)} scoped ids{linked}? This cannot be undone.", abort=True, err=True)
    async with client:
        found = await client.post(f"{PATH}/delete", {"people": list(ids), "ground": ground, "alone": alone})
        while wait and found["state"] in {"erasing", "telling"}:
            await asyncio.sleep(_POLL)
            found = await client.get(f"{DELETIONS}/{found['id']}")
    _tell(found, output)


@people.command()
@click.argument("deletion", metavar="[ID]", required=False)
@click.option("--retry", is_flag=True, help="Ask plugins again that refused; needs an ID.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@_formats
@admin_options
@asynchronous
async def deletions(*, client: AdminClient, deletion: str | None, retry: bool, limit: int, output: str) -> None:
    """List deletions, the newest first, or show one: how far it is, what each plugin said, and at the end the proof."""
    if retry and deletion is None:
        raise click.UsageError("--retry needs the ID of a deletion.")
    async with client:
        if deletion is None:
            found = (await client.get(DELETIONS, limit=limit))["deletions"]
        elif retry:
            found = [await client.post(f"{DELETIONS}/{deletion}/retry", {})]
        else:
            found = [await client.get(f"{DELETIONS}/{deletion}")]
    if deletion is not None:
        _tell(found[0], output)
    elif output == Format.JSON:
        print_json(found)
    else:
        names = ("id", "state", "ground", "requested", "finished")
        print_rows(names, [tuple(one[name] for name in names) for one in found], "Nobody asked to be forgotten.")


def _tell(found: dict[str, Any], output: str) -> None:
    if output == Format.JSON:
        print_json(found)
    else:
        say(f"Deletion {found['id']}: {found['state']}, asked for at {found['requested']} ({found['ground']})")
        print_rows(("removed", "count"), found["removed"].items(), "Nothing is removed yet.")
        names = ("plugin", "state", "attempts", "receipt", "error", "subject")
        print_rows(names, [tuple(one[name] for name in names) for one in found["receipts"]], "No plugin was asked yet.")
    if found["state"] == "parked":
        say(f"A plugin refuses. `pagewire people deletions {found['id']} --retry` asks again.")
        click.get_current_context().exit(Exit.WARNINGS)
