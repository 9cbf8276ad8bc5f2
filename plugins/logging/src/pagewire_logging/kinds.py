"""Names of kinds in a configuration: exact, or ``change.*`` and ``call.*`` for the two open sets."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from pagewire.events import KINDS

_OPEN: Final = ("change.", "call.")
"""Meta adds to these as it likes, so a name below them cannot be wrong."""


def mistake(name: str) -> str | None:
    """What is wrong with the name of a kind, or nothing."""
    if name in KINDS or (name.startswith(_OPEN) and name not in _OPEN and "*" not in name.removesuffix(".*")):
        return None
    near = get_close_matches(name, [*KINDS, "change.*", "call.*"], n=1)
    hint = f"did you mean {near[0]}?" if near else "write one such as message or change.feed, or change.* or call.*"
    return f"{name!r} is no kind of event; {hint}"


def holds(name: str, kind: str) -> bool:
    """Whether a name of the configuration means a kind."""
    return kind.startswith(name[:-1]) if name.endswith(".*") else name == kind


def nearest(names: Iterable[str], kind: str) -> str | None:
    """Of the names that mean a kind the most exact one."""
    return max((name for name in names if holds(name, kind)), key=len, default=None)
