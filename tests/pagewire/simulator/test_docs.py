"""The reference page says what there is: options, faults, control routes, delivery options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pagewire.simulator import DeliveryOptions, FaultKind, Limits
from pagewire.simulator.application import litestar
from pagewire.simulator.cli import simulate

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "simulator.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def test_options() -> None:
    """Every option of the command has a line, and no line tells of another."""
    told = {
        option for row in re.findall(r"^\| (`--.*?) \|", PAGE, re.MULTILINE) for option in re.findall(r"--[a-z-]+", row)
    }
    options = {name for option in simulate.params for name in (*option.opts, *option.secondary_opts)}
    assert told == options - {"--rate-limits"}


def test_faults() -> None:
    """The table of faults is the enumeration, in its order."""
    assert re.findall(r"^\| `(\w+)` \|", section("Faults"), re.MULTILINE) == [kind.value for kind in FaultKind]


@pytest.mark.parametrize("name", DeliveryOptions.__struct_fields__)
def test_delivery_options(name: str) -> None:
    """Each is named."""
    assert f"`{name}`" in section("Webhooks")


@pytest.mark.parametrize("name", Limits.__struct_fields__)
def test_limits(name: str) -> None:
    """Each is named."""
    assert f"`{name}`" in PAGE


def test_control_routes() -> None:
    """The table of calls is what the application serves."""
    served = {
        (method, re.sub(r":\w+}", "}", route.path.removeprefix("/_control")))
        for route in litestar().routes
        if route.path.startswith("/_control/") and "openapi" not in route.path
        for method in getattr(route, "methods", ())
        if method != "OPTIONS"
    }
    told = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`]*)`", section("The control API") + section("Identity")))
    assert told - {("GET", "/_control/openapi/openapi.json")} == served
