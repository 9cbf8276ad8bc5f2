"""Whole numbers as people and programs write them."""

from typing import Final

_DIGITS: Final = 18
"""At most: what has no more fits into 64 bits."""


def whole(text: str) -> int | None:
    """A whole number, not below zero, that somebody wrote; anything else is none."""
    # Other scripts have digits too, and Python takes powers for digits.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
