"""The same asked of the package index, by pip-audit. What it could not look up is told apart from what is clean."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from .advisories import Finding

PIP_AUDIT: Final = "pip-audit==2.10.1"


class Answer(NamedTuple):
    """What came back.

    Attributes:
        findings: known vulnerabilities.
        unknown: packages that nobody could say anything of.
    """

    findings: list[Finding]
    unknown: list[str]


def ask(files: Sequence[Path]) -> Answer:
    """Ask for everything that files pin."""
    told = [_ask(file) for file in files]
    return Answer(
        sorted({one for findings, _ in told for one in findings}),
        sorted({one for _, skipped in told for one in skipped}),
    )


def _ask(file: Path) -> Answer:
    uv = Path(sys.executable).with_name("uv")
    words = [
        uv,
        "tool",
        "run",
        "--quiet",
        PIP_AUDIT,
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner=off",
        "-f",
        "json",
        "-r",
        file,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    try:
        return read(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        return Answer([], [f"all of {file.name} ({(done.stderr or done.stdout).strip().splitlines()[-1:]})"])


def read(dependencies: list[dict[str, Any]]) -> Answer:
    """What pip-audit's JSON says."""
    found = [
        Finding(one["name"], one["version"], flaw["id"], flaw.get("description", "").split("\n")[0])
        for one in dependencies
        for flaw in one.get("vulns", ())
    ]
    return Answer(found, [one["name"] for one in dependencies if "skip_reason" in one])
