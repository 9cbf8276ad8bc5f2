"""Keywords: whole words and phrases, whatever their case, form and punctuation."""

import re
import unicodedata
from typing import Final

from pagewire_auto_reply.patterns import findall

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u3099\u309a]*"
)
"""Characters of scripts written without spaces (Thai, Lao, Burmese, Khmer, Chinese, Japanese), with their marks."""

_ORNAMENTS: Final = re.compile("[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What changes the look of a character and not its meaning: joiners, variation selectors, skin tones."""

_ASCII_WORD: Final = re.compile("[0-9a-z]+|[$+<=>^`|~]")
"""What `WORD` is where there is nothing but ASCII in small letters: most of what people write in many languages."""

WORD: Final = r"[\pL\pM\pN]+|\pS"
"""A word, or one symbol: an emoji, a currency, a plus sign. Everything else only parts words."""


def words_of(text: str) -> str:
    """The words of a text in the form in which they are compared: ``" 24 7 hours "``.

    A phrase is in a text exactly if its words, so written, are a part of the text's. In scripts without spaces
    each character counts as a word.
    """
    found = _ASCII_WORD.findall(text.lower()) if text.isascii() else _any_script(text)
    return f" {' '.join(found)} " if found else ""


def _any_script(text: str) -> list[str]:
    plain = _ORNAMENTS.sub("", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))
    return findall(WORD, _UNSPACED.sub(r" \g<0> ", plain))
