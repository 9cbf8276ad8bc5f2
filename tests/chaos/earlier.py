"""The program as it was before the newest schema of the journal, from the repository's own history."""

import os
import sqlite3
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pagewire_gateway.journal.sqlite.schema import migrations
from tests.chaos.field import INSTALLED, Gateway

_ROOT = Path(__file__).parents[2]
_MIGRATIONS = "gateway/src/pagewire_gateway/journal/sqlite/migrations"
_SOURCES = ("gateway/src", "plugins/sdk/src", "plugins/logging/src", "plugins/auto-reply/src", "plugins/crm-sync/src")


class Release(NamedTuple):
    """A commit and the schema it knows."""

    commit: str
    schema: int


def newest() -> int:
    """The schema this program knows."""
    return migrations()[-1].version


@cache
def before_newest() -> Release:
    """The last commit that did not know the newest schema.

    Raises:
        CalledProcessError: there is no history here; clone the repository whole.
    """
    last = migrations()[-1]
    path = f"{_MIGRATIONS}/{last.version:04d}_{last.name}.sql"
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", path)
    return Release(_git("rev-parse", f"{added}^"), last.version - 1)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=_ROOT, check=True, capture_output=True, text=True).stdout.strip()


def unpack(folder: Path) -> Path:
    """The sources of that commit, in a folder beneath `folder`."""
    target = folder / "earlier"
    target.mkdir()
    archive = subprocess.run(
        ["git", "archive", before_newest().commit, "gateway", "plugins"], cwd=_ROOT, check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", str(target)], input=archive, check=True)
    return target


class EarlierGateway(Gateway):
    """``pagewire serve`` of that commit; it knows nothing of the tricks of a chaos run."""

    module = "pagewire_gateway.cli"

    def __init__(self, folder: Path, graph_url: str, environment: dict[str, str]) -> None:
        root = unpack(folder)
        paths = os.pathsep.join([*(str(root / source) for source in _SOURCES), str(INSTALLED)])
        super().__init__(folder, graph_url, {**environment, "PYTHONPATH": paths})


def schema_of(folder: Path) -> int:
    """The schema that the journal of a running system has."""
    with sqlite3.connect(f"file:{folder / 'data' / 'journal.db'}?mode=ro", uri=True) as database:
        return int(database.execute("pragma user_version").fetchone()[0])
