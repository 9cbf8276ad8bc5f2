"""Which of a few languages a text is written in: enough to choose among translations, with nothing to download.

Meta's own finding goes first, where the Page has it switched on. Then the script decides, and then the small words that every
sentence needs. A text too short to tell tells nothing, and what the person wrote before counts (decision 0028).
"""

import re
from collections.abc import Collection
from typing import Any, Final

from pagewire_auto_reply.words import words_of

_SURE: Final = 0.5
"""Below this Meta's finding is a guess."""

_SCRIPTS: Final[tuple[tuple[str, str], ...]] = (
    ("ja", "[\u3040-\u30ff]"),
    ("ko", "[\uac00-\ud7af\u1100-\u11ff]"),
    ("zh", "[\u4e00-\u9fff]"),
    ("th", "[\u0e00-\u0e7f]"),
    ("he", "[\u0590-\u05ff]"),
    ("ar", "[\u0600-\u06ff]"),
    ("el", "[\u0370-\u03ff]"),
    ("hi", "[\u0900-\u097f]"),
    ("uk", "[іїєґІЇЄҐ]"),
    ("ru", "[\u0400-\u04ff]"),
)
_PATTERNS: Final = tuple((language, re.compile(pattern)) for language, pattern in _SCRIPTS)

_SMALL: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the is are you do does what when where how can i my your and to of have hi hello please thanks thank open it we",
        "pt": "o os um uma é são você vocês que quando onde como posso meu minha e de não tem olá oi obrigado obrigada por favor "
        "qual aberto abertos estão está bom dia",
        "es": "el los un una es son usted ustedes qué que cuándo dónde cómo puedo mi y de no tiene tienen hola gracias por favor "
        "cuál abierto abiertos están está buenos días",
        "fr": "le la les un une est sont vous que quand où comment puis je mon ma et de ne pas avez bonjour merci salut quel "
        "quelle ouvert êtes il",
        "de": "der die das ein eine ist sind sie was wann wo wie kann ich mein und zu nicht haben habt hallo bitte danke guten "
        "tag geöffnet ihr",
        "it": "il lo gli un una è sono lei che quando dove come posso mio mia e di non avete ciao grazie per favore qual aperto "
        "aperti siete buongiorno",
        "nl": "de het een is zijn u jullie wat wanneer waar hoe kan ik mijn en van niet hebben heeft hallo dank bedankt open",
    }.items()
}

SMALL_WORDS: Final = frozenset[str]().union(*_SMALL.values()) - {
    "open",
    "aberto",
    "abertos",
    "abierto",
    "abiertos",
    "ouvert",
}
"""Words that say little of what a text is about, in any of the languages that have some."""

KNOWN: Final = frozenset(_SMALL) | {language for language, _ in _SCRIPTS}
"""The languages that can be told, as ISO 639-1 writes them."""


def detect(text: str, nlp: Any, among: Collection[str]) -> str | None:
    """The language of a message.

    Args:
        text: what was written.
        nlp: what Meta found (`pagewire.events.Message.nlp`).
        among: the languages that matter; another one is never told.

    Returns:
        One of `among`, or ``None`` where nothing tells, or two tell the same.
    """
    found = _meta_says(nlp) or _script_of(text)
    if found is not None:
        return found if found in among else None
    return _by_small_words(text, among)


def _meta_says(nlp: Any) -> str | None:
    locales = nlp.get("detected_locales") if isinstance(nlp, dict) else None
    best = locales[0] if isinstance(locales, list) and locales else None
    if not isinstance(best, dict) or not isinstance(best.get("locale"), str):
        return None
    sure = best.get("confidence")
    return str(best["locale"])[:2].lower() if isinstance(sure, int | float) and sure >= _SURE else None


def _script_of(text: str) -> str | None:
    return next((language for language, pattern in _PATTERNS if pattern.search(text)), None)


def _by_small_words(text: str, among: Collection[str]) -> str | None:
    words = words_of(text).split()
    scores = sorted(((sum(word in _SMALL[one] for word in words), one) for one in among if one in _SMALL), reverse=True)
    if not scores or not scores[0][0]:
        return None
    return None if len(scores) > 1 and scores[1][0] == scores[0][0] else scores[0][1]
