"""The only file that knows RE2.

Patterns come from whoever may edit the manifest and texts from anybody, so the time of a search must not depend on either:
RE2 is linear by construction, where Python's own engine can be held up for hours by ``(a+)+$``.
"""

import unicodedata
from functools import cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from pagewire_auto_reply.mistakes import Mistake

_MEMORY: Final = 1 << 20
"""Bytes one pattern may take once compiled; ``((a{100}){100}){100}`` is refused."""


def _options() -> "re2.Options":
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


class Pattern:
    """A compiled pattern.

    Args:
        text: the pattern in RE2's syntax.

    Raises:
        Mistake: at ``regex``; the pattern is not RE2's, or too large.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._compiled = re2.compile(text, _options())
        except re2.error as error:
            said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
            raise Mistake(
                "regex", f"{said}; write it in RE2's syntax, which has neither look-around nor back-references"
            ) from None
        # Asked once: the library asks its engine, and makes the names anew, each time.
        self._places: tuple[tuple[str, int], ...] = (
            *((str(number), number - 1) for number in range(1, self._compiled.groups + 1)),
            *((name, number - 1) for name, number in self._compiled.groupindex.items()),
        )

    @property
    def groups(self) -> frozenset[str]:
        """What the pattern can capture: numbers from 1, and names."""
        return frozenset(name for name, _ in self._places)

    def search(self, text: str) -> dict[str, str] | None:
        """What the groups captured at the first match anywhere in the text; ``None`` without a match."""
        # As bytes, because for text the library counts every offset anew in characters.
        found = self._compiled.search(unicodedata.normalize("NFC", text).encode("utf-8", "replace"))
        if found is None:
            return None
        values: tuple[bytes | None, ...] = found.groups() if self._places else ()
        return {name: value.decode() for name, place in self._places if (value := values[place])}


def findall(pattern: str, text: str) -> list[str]:
    """Every match of a pattern of our own."""
    found: list[str] = _own(pattern).findall(text)
    return found


@cache
def _own(pattern: str) -> Any:
    # The library looks all options up anew for each pattern given as text, which costs more than the search.
    return re2.compile(pattern)
