"""The text of docs/reference/cli.md, made from the commands themselves."""

from collections.abc import Iterator

import click

from pagewire.terminal.exits import Exit
from pagewire_gateway.cli.root import COMMANDS, KNOWN, pagewire

_HEAD = """\
# The command line

<!-- Written by `python -m tests.generated`; edit the commands in `pagewire_gateway.cli` instead. -->

`pagewire` is also found by kubectl, as `kubectl pagewire`. Data goes to stdout, words for people to stderr, so every command can
be piped: `pagewire events -o json | jq`. Colours and progress bars appear on a terminal only, and `NO_COLOR` switches them off.
An option with a variable takes its value from there when it is not given. `PAGEWIRE_DEBUG=1` shows tracebacks.

## Exit codes

| code | means |
| --- | --- |
"""


def text() -> str:
    """The whole page."""
    codes = "".join(f"| {int(code)} | {code.meaning} |\n" for code in Exit)
    context = click.Context(pagewire, info_name="pagewire")
    rooms = [room for name in (*COMMANDS, *KNOWN) for room in _rooms(context, name)]
    return "\n".join([_HEAD + codes, *rooms])


def _rooms(parent: click.Context, name: str) -> Iterator[str]:
    """A command, and those below it."""
    assert isinstance(parent.command, click.Group)  # noqa: S101 - only groups have commands below them
    command = parent.command.get_command(parent, name)
    if command is None:
        raise LookupError(f"command {name} is not installed")
    context = click.Context(command, info_name=name, parent=parent)
    yield _command(command, context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _rooms(context, below)


def _command(command: click.Command, context: click.Context) -> str:
    path = context.command_path
    name = path.removeprefix("pagewire ")
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    help_ = "\n\n".join(_paragraphs(command.help or ""))
    return "\n".join([f"## {name}\n", f"```\n{usage}\n```\n", f"{help_}\n", *_options(command, context)])


def _paragraphs(help_: str) -> Iterator[str]:
    for paragraph in help_.split("\n\n"):
        yield " ".join(paragraph.split())


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    yield "| option | |"
    yield "| --- | --- |"
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record is not None:
            name, said = (_cell(part) for part in record)
            yield f"| `{name}` | {said} |"
    yield ""


def _cell(part: str) -> str:
    return " ".join(part.split()).replace("|", "\\|")
