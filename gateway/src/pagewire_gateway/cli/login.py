"""``pagewire login``: the token of a Page or an Instagram account, by logging in; here, or by a link for somebody else."""

import asyncio
import tempfile
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import click

from pagewire.graph import open_http
from pagewire.locks import Locks
from pagewire.resources.durations import parse_duration
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import format_option
from pagewire.terminal.output import Format, print_json, print_rows, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.config import ClusterSettings, Settings, SettingsError, settings
from pagewire_gateway.login import links, rights, terminal
from pagewire_gateway.login.desk import Desk
from pagewire_gateway.login.dialog import Refused
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.login.opening import graph_of, hosts_of, open_keeper
from pagewire_gateway.login.visit import Story, title_of
from pagewire_gateway.registry.opening import open_registry
from pagewire_gateway.registry.port import App, LoginToken, Registry

PORT: Final = 8400
READ_SECONDS: Final = 30.0


class Seconds(click.ParamType[int]):
    """How long, such as ``30m`` or ``24h``; becomes seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        try:
            return int(parse_duration(str(value)).total_seconds())
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("tokens", nargs=-1, required=True, metavar="NAMESPACE/TOKEN...")
@click.option(
    "--manifests",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Log in here, for tokens of this folder; they go into DIR/logins/, locked under your key.",
)
@click.option("--cluster", is_flag=True, help="Log in here, for tokens of a cluster; they go into its Secrets.")
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The cluster of this file.",
)
@click.option("--link", is_flag=True, help="Make a link for somebody else to log in by, at the gateway of --admin.")
@click.option("--rbac", is_flag=True, help="Print what lets the gateway of a cluster write these tokens' Secrets.")
@click.option(
    "--paste", is_flag=True, help="Open the login anywhere, and paste the address it ends at; for apps that are live."
)
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="Of localhost.")
@click.option("--no-browser", is_flag=True, help="Only print the address to open.")
@click.option("--apply", "then_apply", is_flag=True, help="With --manifests: `pagewire apply` the folder afterwards.")
@click.option(
    "--for", "seconds", type=Seconds(), default="1h", show_default=True, help="How long link or login may take."
)
@click.option(
    "--service-account",
    default="pagewire-system/pagewire-gateway",
    show_default=True,
    metavar="NAMESPACE/NAME",
    help="With --rbac: the gateway's.",
)
@format_option(Format.TABLE, Format.JSON)
@admin_options
@click.pass_context
def login(
    ctx: click.Context,
    /,
    *,
    client: AdminClient,
    tokens: tuple[str, ...],
    link: bool,
    rbac: bool,
    seconds: int,
    output: str,
    **here: Any,
) -> None:
    """Get tokens by logging in with Facebook or Instagram.

    They are AccessTokens with `from: {login: {}}`, all of one MessengerApp. Ends with 0 if all were stored, 3 if some
    were.
    """
    names = [_name(token) for token in tokens]
    if rbac:
        click.echo(rights.text(names, _name(here["service_account"])))
        return
    if link:
        asyncio.run(_link(client, ["/".join(name) for name in names], seconds, output))
        return
    chosen = _settings(here["manifests"], here["cluster"] or here["kubeconfig"] is not None, here["kubeconfig"])
    if here["then_apply"] and chosen.manifests is None:
        raise click.UsageError("--apply goes with --manifests; in a cluster the operator does it.")
    story = asyncio.run(_here(chosen, ["/".join(name) for name in names], here, seconds))
    _print(story, output)
    if here["then_apply"]:
        _apply(ctx, chosen)
    elif chosen.manifests is not None and story.connected:
        say(f"Next: pagewire apply -f {chosen.manifests}, which subscribes the Page.")


def _name(text: str) -> tuple[str, str]:
    namespace, slash, name = text.partition("/")
    if not (namespace and slash and name) or "/" in name:
        raise click.UsageError(f"{text!r} must look like NAMESPACE/NAME, as in support/harbour.")
    return namespace, name


def _settings(manifests: Path | None, wanted: bool, kubeconfig: Path | None) -> Settings:
    if wanted is (manifests is not None):
        raise click.UsageError("Give --manifests DIR, --cluster (or --kubeconfig FILE), --link or --rbac: one of them.")
    cluster = ClusterSettings(kubeconfig=kubeconfig) if wanted else None
    try:
        return settings({"manifests": manifests, "cluster": cluster})
    except SettingsError as error:
        raise CommandError(str(error)) from error


async def _link(client: AdminClient, names: list[str], seconds: int, output: str) -> None:
    async with client:
        made = await client.post("/api/v1/logins", {"tokens": names, "seconds": seconds})
    if output == Format.JSON:
        print_json(made)
        return
    click.echo(made["url"])
    say(
        f"Good until {made['until']}, once for each of: {', '.join(made['tokens'])}. Send it to the one who logs in alone."
    )


async def _here(chosen: Settings, names: list[str], how: dict[str, Any], seconds: int) -> Story:
    async with AsyncExitStack() as stack:
        locks = Locks(chosen.locks)
        registry = await _registry(chosen, stack, locks)
        try:
            tokens = links.find(registry, names)
            keeper = open_keeper(chosen, stack, locks, may_create=True)
            for token in tokens:
                await keeper.check(token)
        except links.LinkError as error:
            raise CommandError(
                str(error), error.hint, Exit.NOT_FOUND if error.code == "not_found" else Exit.FAILED
            ) from error
        except KeepError as error:
            raise CommandError(str(error)) from error
        app = _app(registry, tokens)
        http = open_http()
        stack.push_async_callback(http.aclose)
        desk = Desk(graph_of(chosen, http), keeper)
        if how["paste"]:
            return await _paste(app, tokens, desk, chosen)
        return await _listen(registry, app, tokens, desk, chosen, how, seconds)


async def _registry(chosen: Settings, stack: AsyncExitStack, locks: Locks) -> Registry:
    try:
        registry = open_registry(chosen, locks)
        stack.push_async_callback(registry.aclose)
        async with asyncio.timeout(READ_SECONDS):
            await registry.start()
            await registry.changed(0)
    except SettingsError as error:
        raise CommandError(str(error)) from error
    except TimeoutError:
        raise CommandError(
            "The cluster does not answer", "Check --kubeconfig, and that you may list Pagewire's resources and Secrets.",
            Exit.UNREACHABLE,
        ) from None  # fmt: skip
    return registry


def _app(registry: Registry, tokens: tuple[LoginToken, ...]) -> App:
    app = registry.app(*tokens[0].app)
    if app is None or app.closed:
        raise CommandError(
            f"MessengerApp {'/'.join(tokens[0].app)} has no app secret", "Name one in its spec.appSecretRefs."
        )
    return app


async def _paste(app: App, tokens: tuple[LoginToken, ...], desk: Desk, chosen: Settings) -> Story:
    if app.login is None:
        raise CommandError(
            f"MessengerApp {app.namespace}/{app.name} has no spec.login",
            "Give it the redirectURL that is registered at Meta, or leave out --paste.",
        )
    if len({token.provider for token in tokens}) != 1:
        raise click.UsageError("Facebook and Instagram are two logins: name the tokens of one.")
    url, state = terminal.address(app, tokens, hosts_of(chosen))
    say("Open this address in a browser, and log in:")
    click.echo(url)
    say("The page it ends at may say that the link does not work, or not open at all. Copy its whole address.")
    text = await asyncio.to_thread(click.prompt, "Address", hide_input=True, err=True)
    code = terminal.pasted(text, state)
    if isinstance(code, Refused):
        raise CommandError(code.said)
    return await desk.finish(app, tokens, code, terminal.redirect_of(app), terminal.Always())


async def _listen(
    registry: Registry,
    app: App,
    tokens: tuple[LoginToken, ...],
    desk: Desk,
    chosen: Settings,
    how: dict[str, Any],
    seconds: int,
) -> Story:
    def show(url: str) -> None:
        say(f"Open this address in a browser on this machine, to connect {', '.join(map(title_of, tokens))}:")
        click.echo(url)
        if not how["no_browser"]:
            click.launch(url)

    with tempfile.TemporaryDirectory(prefix="pagewire-login-") as folder:
        try:
            return await terminal.on_loopback(
                registry, app, tokens, desk, hosts_of(chosen),
                port=how["port"], folder=Path(folder), clock=lambda: time.time_ns() // 1_000_000,
                seconds=seconds, show=show,
            )  # fmt: skip
        except TimeoutError:
            raise CommandError(
                "Nobody finished the login",
                "If Facebook said that the URL is blocked, the app is live: use --paste.",
            ) from None
        except OSError as error:
            raise CommandError(error.strerror or str(error), "Choose another port with --port.") from error


def _print(story: Story, output: str) -> None:
    if output == Format.JSON:
        print_json(
            {
                "who": story.who,
                "tokens": [
                    {"token": line.token, "title": line.title, "connected": line.connected, "missing": list(line.said)}
                    for line in story.lines
                ],
                "others": list(story.others),
            }
        )
    elif story.lines:
        say(f"Logged in as {story.who}." if story.who else "Logged in.")
        print_rows(("token", "for", "state", "missing"), map(_row, story.lines), "Nothing.")
        if story.others:
            say(f"Also granted, and not used: {', '.join(story.others)}.")
    if story.problem:
        raise CommandError(story.problem)
    _judge(story)


def _row(line: Any) -> Iterable[object]:
    return line.token, line.title, "connected" if line.connected else "not connected", " ".join(line.said)


def _judge(story: Story) -> None:
    left = [line.token for line in story.lines if not line.connected]
    if left:
        code = Exit.WARNINGS if story.connected else Exit.FAILED
        raise CommandError(f"Not connected: {', '.join(left)}", "What is missing is said above; log in again.", code)


def _apply(ctx: click.Context, chosen: Settings) -> None:
    root = ctx.find_root().command
    found = root.get_command(ctx, "apply") if isinstance(root, click.Group) else None
    if found is None:
        raise CommandError("`pagewire apply` is not installed", "pip install pagewire-operator")
    found.main(["-f", str(chosen.manifests)], standalone_mode=False)
