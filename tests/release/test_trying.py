"""What is installed and run on other Pythons."""

import re
import tomllib
from pathlib import Path

import pytest

from tools.release.building import ROOT
from tools.release.trying import ASKED, FAST

PROJECTS = sorted(path.parent for path in ROOT.glob("*/pyproject.toml") if path.parent.name in {"gateway", "operator"})
PROJECTS += sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


def extras(folder: Path) -> tuple[str, set[str]]:
    """Name of a distribution, and its extras."""
    told = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    hooks = told["tool"].get("hatch", {}).get("metadata", {}).get("hooks", {})
    versioned = hooks.get("uv-dynamic-versioning", {}).get("optional-dependencies", {})
    return told["project"]["name"], {*told["project"].get("optional-dependencies", {}), *versioned}


def test_what_is_named_is_there() -> None:
    named = [word.removeprefix("--ignore=") for word in FAST if "tests/" in word]
    assert len(named) > 10
    assert [one for one in named if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_every_extra_is_installed_and_in_the_readme(folder: Path) -> None:
    name, wanted = extras(folder)
    asked = {
        match[1]: set(filter(None, (match[2] or "").split(",")))
        for one in ASKED
        if (match := re.fullmatch(r"([\w-]+)(?:\[(.*)\])?", one))
    }
    assert asked[name] == wanted
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert {one for one in wanted if f"`{one}`" not in readme} == set()
