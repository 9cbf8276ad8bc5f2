"""Tests that a page names, as ``tests/file.py::test_name``, and whether they exist."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def named(page: str) -> set[tuple[str, str]]:
    """File and name of every test that a page names."""
    return set(_NAMED.findall((ROOT / page).read_text(encoding="utf-8")))


def missing(page: str) -> list[str]:
    """The ones of them that do not exist."""
    return sorted(f"{file}::{name}" for file, name in named(page) if name not in _tests(file))


@cache
def _tests(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.exists():
        return frozenset()
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
