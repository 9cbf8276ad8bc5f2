"""Every resource and every plugin's configuration that a page shows is one that Pagewire takes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pagewire.resources import GROUP, decode, problems
from pagewire_gateway.plugins import load

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```ya?ml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_THE_PAGE = {"hours", "survey", "opening-hours"}
"""Plugins that a page itself writes; their own tests read their configuration."""


def documents() -> Iterator[Any]:
    for page in sorted(DOCS.rglob("*.md")):
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for number, document in enumerate(yaml.safe_load_all(block)):
                if isinstance(document, dict):
                    yield pytest.param(document, id=f"{page.stem}-{number}-{document.get('kind', 'part')}")


@pytest.fixture(scope="module")
def plugins():
    return load()


@pytest.mark.parametrize("document", list(documents()))
def test_it_is_taken(document, plugins):
    used = document.get("plugins", [])
    if str(document.get("apiVersion", "")).startswith(GROUP):
        assert not problems(decode(document))
        used = document["spec"].get("plugins", [])
    for plugin in used:
        if plugin["name"] not in OF_THE_PAGE:
            plugins[plugin["name"]].read_config(plugin.get("config"))
