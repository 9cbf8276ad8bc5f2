"""``docs/reference/licences.md``: what is installed with Pagewire, and under which licence."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

OURS = (
    "pagewire",
    "pagewire-gateway",
    "pagewire-operator",
    "pagewire-logging",
    "pagewire-auto-reply",
    "pagewire-crm-sync",
)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 50
_NAMES = {
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "GPL3": "GPL-3.0-only",
    "The MIT License (MIT)": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "BSD-3": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "PSF": "PSF-2.0",
}

FREE = frozenset(
    "MIT MIT-0 BSD BSD-2-Clause BSD-3-Clause Apache-2.0 ISC PSF-2.0 any-OSI".split()  # noqa: SIM905 - a list of words
)
"""Licences that ask for nothing but their own text."""
REMARKS = {
    "certifi": "a list of certificate authorities, used as it is",
    "jinja2-ansible-filters": "comes with copier, for `pagewire plugins new`; without the extra `template` it is not there",
    "pathspec": "comes with copier; used as it is",
    "psycopg": "used as it is, as a package that anybody can replace; only with the extra `postgres`",
    "psycopg-binary": "the same",
}
"""Packages under any other licence, and why they may be there."""

_PAGE = """# Licences

Pagewire is under the Apache License 2.0. This is what comes with it when everything is installed, with every extra; one program
alone brings fewer. Written by `python -m tests.generated` from what the packages say of themselves; a licence that asks for more
than its own text fails a test until there is a remark.

| package | licence | needed by | remark |
| --- | --- | --- | --- |
{rows}
"""


def text() -> str:
    """The page."""
    return _PAGE.format(rows="\n".join(_row(name, by) for name, by in sorted(needed().items())))


def _row(name: str, by: set[str]) -> str:
    short = [one.removeprefix("pagewire-").replace("pagewire", "sdk") for one in OURS if one in by]
    return f"| {name} | {licence(distribution(name))} | {', '.join(short)} | {REMARKS.get(name, '')} |"


def needed() -> dict[str, set[str]]:
    """Everything that our distributions bring, each with those of ours that need it."""
    found: dict[str, set[str]] = {}
    for ours in OURS:
        seen: set[tuple[str, str]] = set()
        for name in _closure(ours, _extras(ours), seen):
            if name not in OURS:
                found.setdefault(name, set()).add(ours)
    return found


def licence(of: Distribution) -> str:
    """Its licence: the expression, else the field, else the classifiers."""
    about = of.metadata
    told = (about.get("License-Expression") or about.get("License") or "").split("\n")[0].strip()
    if told and len(told) <= _LONGEST:
        return _NAMES.get(told, told)
    names = [one.removeprefix(_CLASSIFIER) for one in about.get_all("Classifier") or () if one.startswith(_CLASSIFIER)]
    return " OR ".join(sorted({_NAMES.get(one, one) for one in names})) or "unknown"


def _extras(name: str) -> frozenset[str]:
    return frozenset(distribution(name).metadata.get_all("Provides-Extra") or ())


def _closure(name: str, extras: frozenset[str], seen: set[tuple[str, str]]) -> Iterator[str]:
    for extra in extras | {""}:
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in distribution(name).requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                other = re.sub(r"[-_.]+", "-", wanted.name).lower()
                yield other
                yield from _closure(other, frozenset(wanted.extras), seen)
