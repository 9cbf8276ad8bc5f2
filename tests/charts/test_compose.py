"""deploy/compose.yaml says what the programs understand, and leaves nothing open."""

from typing import Any

import click
import pytest
import yaml

from pagewire.simulator.cli import simulate
from pagewire_gateway.cli.root import pagewire
from tests.charts.helm import ROOT

FILE = ROOT / "deploy/compose.yaml"
EXAMPLES = ROOT / "deploy/examples"
SERVICES: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]


def _command(name: str) -> tuple[click.Command, list[str]]:
    words = [str(EXAMPLES) if word == "/manifests" else word for word in SERVICES[name]["command"]]
    if name == "simulator":
        return simulate, words
    found = pagewire.get_command(click.Context(pagewire), words[0])
    assert found
    return found, words[1:]


@pytest.mark.parametrize("name", ["simulator", "gateway", "worker"])
def test_a_command_is_understood(name: str) -> None:
    command, words = _command(name)
    with command.make_context(name, list(words)) as context:
        assert context.params["manifests"] == EXAMPLES


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened_and_this_machine_s_alone(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_what_is_mounted_and_built_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            assert (FILE.parent / volume.partition(":")[0]).exists()
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).is_file()


def test_every_variable_is_one_that_is_read() -> None:
    known = (ROOT / "docs/reference/settings.md").read_text()
    told = {name for service in SERVICES.values() for name in service.get("environment", ())}
    assert told
    assert {name for name in told if f"`{name}`" not in known} == set()
