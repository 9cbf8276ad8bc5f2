"""What pages show of Python runs, and every command line they show is one that the programs take."""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest

import pagewire
from pagewire import events, replies
from pagewire_gateway.cli.root import pagewire as program

DOCS = Path(__file__).parents[2] / "docs"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(
    r"^```(?:sh|bash|)\n(.*?)^```$|^(    \S.*)$|`((?:kubectl )?pagewire [^`]+)`", re.MULTILINE | re.DOTALL
)
ENDS = re.compile(r"\s(?:\\?\||&&|&|;|>|2>|\|\|)\s.*|;\s.*|\s&$")
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if "decisions" not in page.parts]
TESTED_APART = {"write-a-plugin", "hooks", "simulator"}
"""Pages whose blocks other tests run: the kit's how-to, the hooks' own examples, and the simulator's."""


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem not in TESTED_APART], ids=lambda one: one.stem)
def test_its_python_runs(page):
    known = {**vars(events), **vars(replies), **vars(pagewire), "__name__": "shown"}
    for block in PYTHON.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, str(page), "exec"), known)  # noqa: S102 - our own pages


def lines() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in SHOWN.findall(page.read_text(encoding="utf-8")):
            for line in "".join(block).replace("\\\n", " ").splitlines():
                command = re.match(r"\s*(?:\.venv/bin/|kubectl )?(pagewire\s+[a-z].*)", line)
                if command:
                    yield page.stem, ENDS.sub("", command[1]).strip()


@pytest.mark.parametrize(("page", "line"), sorted(set(lines())), ids=lambda one: one)
def test_the_command_is_one(page, line):
    _, *words = shlex.split(line, comments=True)
    context, command = click.Context(program, info_name="pagewire"), program
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        if found is None:
            break
        context, command, words = click.Context(found, info_name=words[0], parent=context), found, words[1:]
    assert command is not program, "there is such a command"
    with suppress(click.BadOptionUsage):  # a sentence names an option without its value
        command.make_parser(context).parse_args(list(words))
