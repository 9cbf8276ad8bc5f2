"""The root of the command line: what it finds, how fast it helps, and how it fails."""

import importlib.metadata
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pagewire.terminal.exits import CommandError, Exit
from pagewire_gateway.cli import reference
from pagewire_gateway.cli.root import COMMANDS, GROUP, KNOWN, Commands, pagewire


def test_help_names_every_command():
    result = CliRunner().invoke(pagewire, ["--help"])
    assert result.exit_code == 0
    for name in (*COMMANDS, *KNOWN):
        assert f"\n  {name} " in result.stdout


def test_help_loads_none_of_the_heavy_parts():
    script = """
import sys
from pagewire_gateway.cli.root import pagewire
pagewire(["--help"], standalone_mode=False)
heavy = {"litestar", "httpx", "rich", "uvicorn", "apsw", "pagewire.simulator"} & set(sys.modules)
sys.exit(f"loaded: {heavy}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*COMMANDS, *KNOWN])
def test_every_command_has_help_of_its_own(name):
    result = CliRunner().invoke(pagewire, [name, "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: pagewire {name}")


def test_the_version_is_the_distributions():
    result = CliRunner().invoke(pagewire, ["--version"])
    assert result.stdout == f"pagewire, version {importlib.metadata.version('pagewire-gateway')}\n"


def test_an_unknown_command_ends_with_2():
    result = CliRunner().invoke(pagewire, ["dance"])
    assert result.exit_code == Exit.USAGE
    assert "No such command 'dance'" in result.stderr


def test_every_command_of_other_distributions_is_offered():
    added = {point.name for point in importlib.metadata.entry_points(group=GROUP)}
    assert "simulate" in added
    assert added <= set(pagewire.list_commands(click.Context(pagewire)))


class Broken(Commands):
    """Commands that fail in known and unknown ways."""

    def get_command(self, ctx, cmd_name):
        @click.command()
        def unforeseen():
            raise KeyError("what nobody\nthought of")

        @click.command()
        def foreseen():
            raise CommandError("The disk is full", "Free some room.", Exit.UNREACHABLE)

        return {"unforeseen": unforeseen, "foreseen": foreseen}.get(cmd_name)


@pytest.fixture
def broken():
    return Broken("broken", params=[click.Option(["--debug"], is_flag=True)])


def test_what_nobody_foresaw_is_one_line_and_1(broken):
    result = CliRunner().invoke(broken, ["unforeseen"])
    assert result.exit_code == Exit.FAILED
    (line,) = result.stderr.splitlines()
    assert line.startswith("pagewire: KeyError")
    assert "PAGEWIRE_DEBUG=1" in line


def test_debug_shows_where_it_comes_from(broken):
    result = CliRunner().invoke(broken, ["--debug", "unforeseen"])
    assert isinstance(result.exception, KeyError)


def test_a_known_failure_says_what_to_do_and_has_its_code(broken):
    result = CliRunner().invoke(broken, ["foreseen"])
    assert result.exit_code == Exit.UNREACHABLE
    assert result.stderr == "pagewire: The disk is full. Free some room.\n"


def test_the_reference_page_has_every_command_option_and_exit_code():
    page = reference.text()
    for name in (*COMMANDS, *KNOWN):
        assert f"\n## {name}\n" in page
    for code in Exit:
        assert f"| {int(code)} | {code.meaning} |" in page
    for option in ("--manifests", "--log-format", "--once", "--dry-run", "--admin-token", "--webhook-base"):
        assert option in page
    assert "PAGEWIRE_ADMIN_URL" in page


def test_kubectl_finds_the_same_command():
    scripts = {point.name: point.value for point in importlib.metadata.distribution("pagewire-gateway").entry_points}
    assert scripts["kubectl-pagewire"] == scripts["pagewire"] == "pagewire_gateway.cli:main"
