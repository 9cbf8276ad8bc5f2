"""``pagewire plan``: what would be done at Meta, and nothing done."""

from pathlib import Path
from typing import Any

import click
from rich.text import Text

from pagewire.resources import ConditionType
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, progress, shown, stdout

from . import playing
from .options import Planning, cluster_options, folder_option
from .playing import Found
from .worlds import from_cluster, from_folder

TO_DO = 2
"""Exit code where the plan holds steps."""

_GOOD = frozenset({ConditionType.READY, ConditionType.SYNCED})


@click.command(cls=Planning)
@folder_option(required=False)
@click.option("-n", "--namespace", metavar="NAME", help="Resources of this namespace of the cluster, instead of -f.")
@cluster_options
@format_option(Format.TABLE, Format.JSON)
@asynchronous
async def plan(
    *, folder: Path | None, namespace: str | None, kubeconfig: Path | None, context: str | None, output: str
) -> None:
    """Show the steps that would make Meta agree with the resources, and change nothing.

    Ends with 0 if there is nothing to do, with 2 if there is, with 1 if Meta could not be looked at, and with 64 if the
    command line is wrong.
    """
    if (folder is None) == (namespace is None):
        raise click.UsageError("name either a folder with -f DIR or a namespace of the cluster with -n NAME")
    world = from_folder(folder) if folder else await from_cluster(str(namespace), kubeconfig, context)
    with progress() as bars:
        bars.add_task("looking at Meta", total=None)
        async with playing.brain() as brain:
            seen = await playing.look(brain, world)
    # Apps of other namespaces are there to be used, not to be planned.
    found = [one for one in seen if namespace in (None, one.resource.metadata.namespace)]
    steps = sum(len(one.plan) for one in found)
    if output == Format.JSON:
        print_json({"steps": steps, "resources": [_as_json(one) for one in found]})
    else:
        _print(found, steps)
    if steps:
        click.get_current_context().exit(TO_DO)
    if blind := [one.title for one in found if _unseen(one)]:
        raise CommandError(
            f"{len(blind)} resources could not be compared with Meta: {', '.join(blind)}", "See above.", Exit.FAILED
        )


def _as_json(found: Found) -> dict[str, Any]:
    metadata = found.resource.metadata
    return {
        "kind": found.resource.kind,
        "namespace": metadata.namespace,
        "name": metadata.name,
        "steps": found.plan,
        "conditions": found.conditions,
    }


def _print(found: list[Found], steps: int) -> None:
    for one in found:
        _line(one.title, "bold")
        for step in one.plan:
            _line(f"  ~ {shown(step.action)} {shown(step.target)}: {shown(step.detail)}", "yellow")
        wrong = [said for said in one.conditions if said.status != "True" and said.type not in _GOOD]
        for condition in wrong:
            _line(f"  ! {condition.type}: {shown(condition.message)}", "red")
        if not one.plan and not wrong:
            _line("  = nothing to do", "green")
    _line("1 step." if steps == 1 else f"{steps} steps.", "bold")


def _line(text: str, style: str) -> None:
    stdout().print(Text(text, style=style), soft_wrap=True)


def _unseen(found: Found) -> bool:
    """Whether it could not be looked at, so that an empty plan says nothing."""
    synced = found.said(ConditionType.SYNCED)
    return synced is None or synced.status != "True"
