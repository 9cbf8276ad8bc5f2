"""What is wrong with a configuration, in the words of the manifest."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import TypeVar

Result = TypeVar("Result")


class Mistake(ValueError):
    """One field that cannot be as it is.

    Args:
        field: path of the field as the manifest spells it, such as ``rules[0].when.regex``.
        message: what is wrong and what to write instead.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message

    def below(self, parent: str) -> "Mistake":
        """The same mistake, seen from one level up."""
        return Mistake(f"{parent}.{self.field}", self.message)


def attempt(parent: str, mistakes: list[Mistake], work: Callable[[], Result]) -> Result | None:
    """Do a piece of work; a mistake goes to the list, so that the next piece is looked at too."""
    try:
        return work()
    except Mistake as mistake:
        mistakes.append(mistake.below(parent))
        return None


def did_you_mean(name: str, known: tuple[str, ...], otherwise: str = "") -> str:
    """The end of a sentence about an unknown name: the nearest known one, or `otherwise`, or all of them."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else otherwise or f"known here: {', '.join(known)}"
