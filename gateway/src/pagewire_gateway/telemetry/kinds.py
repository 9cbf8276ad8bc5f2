"""Kinds of events as labels and attributes. Pure."""

from typing import Final

from pagewire.events import KINDS

_OPEN_END: Final = ("call.", "change.")


def bounded(kind: str) -> str:
    """A kind as a metric label: names that Meta could make up at will share one."""
    if kind in KINDS:
        return kind
    return next((f"{prefix}other" for prefix in _OPEN_END if kind.startswith(prefix)), "unknown")
