"""A copy of the advisories of OSV for PyPI, as its ``all.zip`` has them, and which of them a version is in."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from .pins import normal


class Finding(NamedTuple):
    """A known vulnerability of something that is pinned."""

    package: str
    version: str
    advisory: str
    summary: str


def findings(copy: Path, pins: Mapping[str, str]) -> list[Finding]:
    """Every advisory that a pinned version is in.

    Args:
        copy: ``all.zip``, or a folder of its files; https://google.github.io/osv.dev/data tells where it is.
        pins: versions by normalized name.
    """
    return sorted({found for advisory in _advisories(copy) for found in _of(advisory, pins)})


def _advisories(copy: Path) -> Iterator[dict[str, Any]]:
    if copy.is_dir():
        yield from (json.loads(file.read_bytes()) for file in copy.rglob("*.json"))
        return
    with zipfile.ZipFile(copy) as archive:
        yield from (json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json"))


def _of(advisory: dict[str, Any], pins: Mapping[str, str]) -> Iterator[Finding]:
    if advisory.get("withdrawn"):
        return
    for affected in advisory.get("affected", ()):
        package = affected.get("package", {})
        name = normal(package.get("name", ""))
        version = pins.get(name)
        if package.get("ecosystem") == "PyPI" and version is not None and _is_in(version, affected):
            yield Finding(name, version, advisory["id"], advisory.get("summary", ""))


def _is_in(version: str, affected: dict[str, Any]) -> bool:
    ranges = [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
    return version in affected.get("versions", ()) or any(_within(Version(version), one["events"]) for one in ranges)


def _within(version: Version, events: list[dict[str, str]]) -> bool:
    """Events are in order; the last one at or before the version says whether it is in (OSV schema, evaluation)."""
    inside = False
    for event in events:
        (kind, at), *_ = event.items()
        if kind == "introduced" and (at == "0" or version >= _version(at)):
            inside = True
        elif (kind == "fixed" and version >= _version(at)) or (kind == "last_affected" and version > _version(at)):
            inside = False
    return inside


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")
