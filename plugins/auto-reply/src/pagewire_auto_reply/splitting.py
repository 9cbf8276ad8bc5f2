"""Long texts, cut where Meta's limits demand and a reader minds least."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from pagewire.replies import INSTAGRAM_TEXT_BYTES, TEXT_CHARACTERS

_SEAMS: Final = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s|(?<=[。！？])", r"\s")))
"""Where to cut, best first: after a paragraph, a line, a sentence, a word."""

_MODIFIERS: Final = range(0x1F3FB, 0x1F400)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_JOINER: Final = "\u200d"


def split(text: str, object_: str) -> tuple[str, ...]:
    """Cut a text into messages that Meta takes; nothing but space at the cuts is lost.

    Words, and so addresses, are cut only if they alone exceed the limit, and then not inside a visible character.

    Args:
        text: any text; one without visible characters gives no message.
        object_: ``instagram`` for 1000 bytes of UTF-8, else Messenger's 2000 characters, counted in UTF-16 units.
    """
    return tuple(_parts(text.strip(), object_))


def _parts(text: str, object_: str) -> Iterator[str]:
    while text:
        fits = _fitting(text, object_)
        cut = len(text) if fits == len(text) else _cut(text, fits)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()


def _fitting(text: str, object_: str) -> int:
    """How many code points from the start stay within the limit."""
    in_bytes = object_ == "instagram"
    if 4 * len(text) <= INSTAGRAM_TEXT_BYTES:
        return len(text)  # whatever the characters are
    left = INSTAGRAM_TEXT_BYTES if in_bytes else TEXT_CHARACTERS
    for index, char in enumerate(text):
        left -= _bytes(char) if in_bytes else 1 + (char > "\uffff")
        if left < 0:
            return index
    return len(text)


def _bytes(char: str) -> int:
    return 1 + (char > "\x7f") + (char > "\u07ff") + (char > "\uffff")


def _cut(text: str, fits: int) -> int:
    """Where to cut a text of which `fits` code points fit. A better seam is worth up to half a message."""
    for seam in _SEAMS:
        ends = [found.start() for found in seam.finditer(text, fits // 2, fits + 1) if 0 < found.start() <= fits]
        if ends:
            return ends[-1]
    spaces = [found.start() for found in _SEAMS[-1].finditer(text, 0, fits // 2)]
    return spaces[-1] if spaces else _between_characters(text, fits)


def _between_characters(text: str, fits: int) -> int:
    cut = fits
    while cut > 0 and _glued(text, cut):
        cut -= 1
    return cut or fits


def _glued(text: str, cut: int) -> bool:
    """Whether a cut here would go through what a reader sees as one character."""
    before, after = text[cut - 1], text[cut]
    if before == _JOINER or ord(after) in _MODIFIERS or unicodedata.category(after) in {"Mn", "Mc", "Me", "Cf"}:
        return True
    if ord(after) not in _REGIONAL:
        return False
    flags = 0
    while flags < cut and ord(text[cut - 1 - flags]) in _REGIONAL:
        flags += 1
    return flags % 2 == 1
