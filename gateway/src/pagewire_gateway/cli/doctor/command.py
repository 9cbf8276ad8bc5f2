"""The command: which checks, in which order, shown how."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from rich.text import Text

from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, shown, stdout
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.doctor.cluster_scope import ClusterScope, cluster_options
from pagewire_gateway.cli.doctor.finding import Finding, State, exit_code, failed
from pagewire_gateway.cli.doctor.machine import check_machine
from pagewire_gateway.cli.doctor.meta import Graphs, check_meta
from pagewire_gateway.cli.doctor.otlp import check_otlp
from pagewire_gateway.cli.doctor.resources import check_resources, read_manifests
from pagewire_gateway.cli.doctor.running import check_admin, check_public
from pagewire_gateway.cli.options import admin_options, was_given

_MARKS: Final = {
    State.OK: ("ok", "green"),
    State.WARNING: ("warning", "yellow"),
    State.FAILED: ("failed", "bold red"),
    State.SKIPPED: ("skipped", "dim"),
}


class Scope(Struct, frozen=True, kw_only=True):
    """What to look at.

    Attributes:
        asked_admin: the admin port was named on the command line or in the environment.
        asked_public: the same for the public port.
        signatures: also post an empty delivery body.
        cluster: which cluster, if any.
    """

    manifests: Path | None
    data: Path | None
    public: str
    graphs: Graphs
    otlp: str | None
    otlp_logs: str = ""
    asked_admin: bool
    asked_public: bool
    signatures: bool
    cluster: ClusterScope


@click.command()
@click.option(
    "--manifests",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of manifests to look at.",
)
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the journal.")
@click.option(
    "--public", default="127.0.0.1:8080", show_default=True, metavar="HOST:PORT", help="Public port of the gateway."
)
@click.option("--signatures", is_flag=True, help="Also post an empty delivery body, signed and unsigned.")
@click.option(
    "--graph", envvar="PAGEWIRE_GRAPH_URL", show_envvar=True, metavar="URL", help="Ask this Graph API about tokens."
)
@click.option(
    "--instagram-graph",
    envvar="PAGEWIRE_INSTAGRAM_GRAPH_URL",
    show_envvar=True,
    metavar="URL",
    help="The same for accounts of Instagram Login.",
)
@click.option(
    "--otlp",
    envvar="OTEL_EXPORTER_OTLP_ENDPOINT",
    show_envvar=True,
    metavar="URL",
    help="Ask this collector whether it takes traces.",
)
@click.option(
    "--otlp-logs",
    envvar="OTEL_LOGS_EXPORTER",
    show_envvar=True,
    metavar="EXPORTER",
    default="",
    help="otlp: ask it whether it takes logs as well.",
)
@cluster_options
@format_option(Format.TABLE, Format.JSON)
@admin_options
@click.pass_context
@asynchronous
async def doctor(
    ctx: click.Context,
    /,
    *,
    client: AdminClient,
    output: str,
    graph: str | None,
    instagram_graph: str | None,
    **named: Any,
) -> None:
    """Check machine, manifests, plugins, a running gateway, the tokens and a cluster; say what to do about what is wrong.

    Ends with 0 if all is well, 1 if something does not work, 3 if something needs a look.
    """
    scope = Scope(
        graphs=Graphs(graph, instagram_graph),
        asked_admin=was_given(ctx, "admin"),
        asked_public=was_given(ctx, "public"),
        **named,
    )
    findings = []
    async with client:
        async for finding in examine(scope, client):
            findings.append(finding)
            if output != Format.JSON:
                _show(len(findings), finding)
    if output == Format.JSON:
        print_json([{"number": number, **_fields(one)} for number, one in enumerate(findings, start=1)])
    ctx.exit(exit_code(findings))


async def examine(scope: Scope, client: AdminClient) -> AsyncIterator[Finding]:
    """Every check, from the machine outwards."""
    for finding in check_machine(scope.data):
        yield finding
    async for finding in check_otlp(scope.otlp, "otlp" in scope.otlp_logs):
        yield finding
    registry = await read_manifests(scope.manifests) if scope.manifests else None
    for finding in check_resources(registry):
        yield finding
    async for finding in check_admin(client, scope.asked_admin):
        yield finding
    if registry is not None:
        async for finding in check_public(_url(scope.public), registry.apps(), scope.asked_public, scope.signatures):
            yield finding
    async for finding in check_meta(scope.graphs, registry):
        yield finding
    if scope.cluster.asked:
        async for finding in _cluster(scope.cluster):
            yield finding


async def _cluster(scope: ClusterScope) -> AsyncIterator[Finding]:
    try:
        from pagewire_gateway.cli.doctor.cluster import check_cluster  # noqa: PLC0415 - needs extra cluster
    except ImportError as error:
        yield failed("cluster", f"{error.name} is not installed", "pip install 'pagewire-gateway[cluster]'")
        return
    async for finding in check_cluster(scope):
        yield finding


def _url(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _fields(finding: Finding) -> dict[str, str]:
    return {name: str(getattr(finding, name)) for name in ("check", "state", "found", "fix")}


def _show(number: int, finding: Finding) -> None:
    word, style = _MARKS[finding.state]
    line = Text.assemble(f"{number:>3}. ", (f"{word:<8}", style), f"{finding.check:<11} {shown(finding.found)}")
    console = stdout()
    console.print(line, soft_wrap=True)
    if finding.fix:
        console.print(Text(f"{' ' * 13}→ {finding.fix}"), soft_wrap=True)
