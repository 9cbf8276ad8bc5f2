"""Names of kinds in the configuration of the timeline: exact, ``call.*``, or ``*`` for all. Pure."""

from difflib import get_close_matches
from typing import Final

from pagewire.events import KINDS

_NAMES: Final = (*(kind for kind in KINDS if kind != "unknown"), "call.*", "*")


def mistake(name: str) -> str | None:
    """What is wrong with a name, or nothing."""
    if name in _NAMES or (name.startswith("call.") and name != "call."):
        return None
    near = get_close_matches(name, _NAMES, n=1)
    hint = f"did you mean {near[0]}?" if near else "write one such as order or change.leadgen, or * for all"
    return f"{name!r} is no kind that can be recorded; {hint}"


def holds(name: str, kind: str) -> bool:
    """Whether a name means a kind; ``*`` means all that can be recorded."""
    if name == "*":
        return kind in _NAMES or kind.startswith("call.")
    return kind.startswith(name[:-1]) if name.endswith(".*") else name == kind
