"""The root of the command line: finds commands by name and loads only the one that is asked for."""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any, Final

import click

from pagewire.terminal.exits import CommandError
from pagewire_gateway.lean import leave_out_tools

GROUP: Final = "pagewire.commands"
"""Entry points of this group are commands, too: that is how other distributions add theirs."""

COMMANDS: Final = {
    "demo": "Watch Messenger and Instagram traffic flow through a whole gateway.",
    "serve": "Run the gateway.",
    "work": "Run plugins and send replies, beside others that do the same.",
    "top": "Watch rates, lag, lanes and the outbox of a running gateway.",
    "doctor": "Check that everything is as it should be, and say how to mend it.",
    "events": "List events and the state of each lane.",
    "conversations": "List conversations, or show what happened in one.",
    "parked": "List work that used up its attempts.",
    "replay": "Hand events to plugins again.",
    "replays": "List replays in the background, or stop one.",
    "plugins": "List the plugins at work.",
    "login": "Get tokens by logging in with Facebook or Instagram, or make a link for somebody to do so.",
    "keys": "Make and replace the keys that lock secrets on the disk.",
    "people": "Show who is known, say who is one person, and have people forgotten.",
    "heal": "Find what no webhook brought.",
    "trace": "Trace the next events of an account from webhook to echo.",
    "audit": "List who changed or saw what on the admin port.",
    "support-bundle": "Write what somebody needs to help you into a file, without secrets.",
    "backup": "Copy what the gateway keeps into a file, while it runs.",
    "journal": "Copy the journal from SQLite to NATS, or back.",
}
"""Our own commands, each in the module and under the attribute of its name, and what help says of them."""

KNOWN: Final = {
    "plan": "Show what would be done at Meta, and do nothing.",
    "apply": "Make Meta agree with a folder of manifests, without a cluster.",
    "import": "Write the manifests of what exists at Meta already.",
    "operate": "Run the operator: make Meta agree with a cluster's resources.",
    "status": "Show a cluster's Pages and accounts at a glance.",
    "crds": "Print the custom resource definitions.",
    "simulate": "Play Meta on this machine: Graph API, webhooks and a chat page.",
}
"""What help says of commands of other distributions, so that it need not load them."""


class Commands(click.Group):
    """A group that imports a command when it is called, and never shows a traceback unless asked to."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        """Names of all commands."""
        added = set(_added()) - set(COMMANDS)
        return [*COMMANDS, *(name for name in KNOWN if name in added), *sorted(added - set(KNOWN))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's shape
        """The command with that name."""
        if cmd_name in COMMANDS:
            module = cmd_name.replace("-", "_")
            found = getattr(import_module(f"pagewire_gateway.cli.{module}"), module)
        else:
            point = _added().get(cmd_name)
            found = _loaded(point) if point else None
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in ``--help``, without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _help(name)) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what nobody foresaw becomes one line."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # The reader went away, as `head` does; nobody is left to tell, and what is still buffered must not raise again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise CommandError(
                f"{type(error).__name__}: {error}", "PAGEWIRE_DEBUG=1 shows where it comes from."
            ) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("pagewire-gateway"), prog_name="pagewire")
@click.option("--debug", is_flag=True, envvar="PAGEWIRE_DEBUG", show_envvar=True, help="Show tracebacks.")
def pagewire(*, debug: bool) -> None:
    """Pagewire: durable Messenger and Instagram webhooks for your plugins."""


def main() -> None:
    """Entry point of the console scripts ``pagewire`` and ``kubectl-pagewire``."""
    leave_out_tools()
    pagewire(prog_name="pagewire")


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except ImportError as error:
        owner = point.dist.name if point.dist else point.value
        raise CommandError(
            f"{point.name} cannot be loaded from {owner}: {error}", "Install the extra it needs, or upgrade it."
        ) from error


def _help(name: str) -> str:
    return COMMANDS.get(name) or KNOWN.get(name) or f"Added by {_owner(name)}."


def _owner(name: str) -> str:
    return next(_owners(name), "another distribution")


def _owners(name: str) -> Iterator[str]:
    point = _added().get(name)
    if point is not None and point.dist is not None:
        yield point.dist.name
