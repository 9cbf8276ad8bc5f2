"""What charts/pagewire/values.yaml says: each value with its default, and with the comment above it as its description."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

CHART = Path(__file__).parents[2] / "charts/pagewire"
_LINE = re.compile(r"^(?P<indent> *)(?:# (?P<comment>.*)|(?P<key>[A-Za-z]+):.*)$")


class Value(NamedTuple):
    """One key."""

    path: str
    """From the root, as ``gateway.image.tag``."""
    default: Any
    description: str
    """Empty where the file says nothing."""


def values() -> list[Value]:
    """Every key that stands on a line of its own, in the file's order."""
    text = (CHART / "values.yaml").read_text()
    tree = yaml.safe_load(text)
    return [Value(path, _at(tree, path), description) for path, description in _described(text)]


def _described(text: str) -> Iterator[tuple[str, str]]:
    parents: list[tuple[int, str]] = []
    said: list[str] = []
    for line in text.splitlines():
        found = _LINE.match(line)
        if found and found["key"]:
            indent = len(found["indent"])
            parents = [one for one in parents if one[0] < indent] + [(indent, found["key"])]
            yield ".".join(key for _, key in parents), " ".join(said)
            said = []
        elif found:
            said.append(found["comment"])
        else:
            said = []


def _at(tree: Any, path: str) -> Any:
    for key in path.split("."):
        tree = tree[key]
    return tree
