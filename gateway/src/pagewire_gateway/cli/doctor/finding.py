"""What a check says."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from pagewire.terminal.exits import Exit


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at.

    Attributes:
        check: what was looked at, a word for programs.
        state: how it came out.
        found: what was seen, for people; never holds a secret.
        fix: what to do; empty when nothing needs doing.
    """

    check: str
    state: State
    found: str
    fix: str = ""


def ok(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check=check, state=State.OK, found=found)


def warning(check: str, found: str, fix: str) -> Finding:
    """It works, but needs a look."""
    return Finding(check=check, state=State.WARNING, found=found, fix=fix)


def failed(check: str, found: str, fix: str) -> Finding:
    """It does not work."""
    return Finding(check=check, state=State.FAILED, found=found, fix=fix)


def skipped(check: str, found: str, fix: str = "") -> Finding:
    """It was not looked at, and why."""
    return Finding(check=check, state=State.SKIPPED, found=found, fix=fix)


def exit_code(findings: Iterable[Finding]) -> Exit:
    """How the command ends: failures weigh more than warnings."""
    states = {finding.state for finding in findings}
    if State.FAILED in states:
        return Exit.FAILED
    return Exit.WARNINGS if State.WARNING in states else Exit.OK
