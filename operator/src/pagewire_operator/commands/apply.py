"""``pagewire apply``: what the operator does, once, from a terminal."""

from pathlib import Path
from typing import Any

import click

from pagewire.locks import LockError
from pagewire.resources import ConditionType, Resource
from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, progress, say
from pagewire_operator.model import Happening, Severity
from pagewire_operator.plain_world import PlainWorld

from . import playing
from .keeping import made_secrets, owned_secrets, write_secrets
from .options import Planning, folder_option
from .playing import Found, title
from .worlds import folder_locks, from_folder


@click.command(cls=Planning)
@folder_option(required=True)
@click.option(
    "--timeout",
    "patience",
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for what may come.",
)
@click.option(
    "--secrets",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Where tokens that were derived, exchanged or generated are kept, as Secrets for the folder; locked under your key.",
)
@format_option(Format.TABLE, Format.JSON)
@asynchronous
async def apply(*, folder: Path, patience: float, secrets: Path | None, output: str) -> None:
    """Make Meta agree with a folder of manifests, without a cluster.

    Ends with 0 if everything is Ready. Tokens that Meta issues on the way are kept only with --secrets.
    """
    world = from_folder(folder)
    with progress() as bars:
        bars.add_task("talking to Meta", total=None)
        async with playing.brain() as brain:
            found = await playing.settle(brain, world, patience, _tell)
    made = made_secrets(world)
    if made and secrets is not None:
        _keep(secrets, world)
        say(f"{len(made)} Secrets are in {secrets}, locked: keep the key apart from it.")
    elif made:
        say(f"Meta issued {len(made)} tokens that are not kept; name a file with --secrets FILE to keep them.")
    _print(found, output)
    if waiting := [one.title for one in found if not _ready(one)]:
        raise CommandError(
            f"{len(waiting)} of {len(found)} resources are not Ready: {', '.join(waiting)}", "See above."
        )


def _keep(file: Path, world: PlainWorld) -> None:
    try:
        write_secrets(file, owned_secrets(world), folder_locks())
    except LockError as error:
        raise CommandError(f"The tokens cannot be kept: {error}", "Then run it again.") from error


def _tell(resource: Resource, happening: Happening) -> None:
    mark = "!" if happening.severity is Severity.WARNING else "~"
    say(f"{mark} {title(resource)}: {happening.reason}: {happening.message}")


def _print(found: list[Found], output: str) -> None:
    if output == Format.JSON:
        print_json([_as_json(one) for one in found])
        return
    rows = [(one.resource.kind, one.resource.metadata.name, *_state(one)[:2]) for one in found]
    print_rows(("kind", "name", "ready", "reason"), rows, "There is nothing to apply.")
    for one in found:
        if not _ready(one):
            say(f"! {one.title}: {_state(one)[2]}")


def _as_json(found: Found) -> dict[str, Any]:
    metadata = found.resource.metadata
    common = {"kind": found.resource.kind, "namespace": metadata.namespace, "name": metadata.name}
    return {**common, "ready": _ready(found), "conditions": found.conditions}


def _state(found: Found) -> tuple[str, str, str]:
    ready = found.said(ConditionType.READY)
    return (ready.status, ready.reason, ready.message) if ready else ("Unknown", "", "")


def _ready(found: Found) -> bool:
    return _state(found)[0] == "True"
