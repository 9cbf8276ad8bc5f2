"""How alike two questions are, by their words and the pieces of their words; no model and nothing to download.

Texts become vectors of words and of three letters in a row, weighted by how rare each is among the questions that are known,
and are compared by the angle between them. Pieces of words forgive slips of the finger and endings.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from pagewire_auto_reply.languages import SMALL_WORDS
from pagewire_auto_reply.words import words_of

LONGEST: Final = 400
"""Characters of a message that are compared: a longer one asks for more than one thing."""
MOST_QUESTIONS: Final = 1000
"""In one configuration: a message is compared with each, on the loop that serves everybody."""
_PIECE: Final = 0.5
"""What a piece of a word weighs beside a whole word."""
_FRAME: Final = 0.3
"""What a small word such as "do" or "you" weighs: questions about anything are made of them."""
_STRANGE: Final = 0.35
"""What counts of a feature that no known question has: people wrap questions into much else."""


class Likeness(Struct, frozen=True):
    """The question that is most like a text.

    Attributes:
        entry: whose question it is.
        score: from 0, nothing in common, to 1, the same words.
    """

    entry: int
    score: float


class Questions:
    """Known questions, each of an entry.

    Args:
        of: the questions of each entry.
    """

    def __init__(self, of: Sequence[Iterable[str]]) -> None:
        counted = [(entry, _features(text)) for entry, texts in enumerate(of) for text in texts]
        self._rarity = _rarity([features for _, features in counted])
        self._entries = [entry for entry, _ in counted]
        self._where: dict[str, list[tuple[int, float]]] = {}
        for number, (_, features) in enumerate(counted):
            for name, weight in self._vector(features).items():
                self._where.setdefault(name, []).append((number, weight))

    def nearest(self, text: str) -> Likeness | None:
        """The best of all questions; ``None`` if nothing is in common."""
        scores: dict[int, float] = {}
        for name, weight in self._vector(_features(text[:LONGEST])).items():
            for number, known in self._where.get(name, ()):
                scores[number] = scores.get(number, 0.0) + weight * known
        if not scores:
            return None
        best = max(scores, key=lambda number: (scores[number], -number))
        return Likeness(self._entries[best], min(1.0, scores[best]))

    def _vector(self, features: Mapping[str, float]) -> dict[str, float]:
        strange = _STRANGE * max(self._rarity.values(), default=1.0)
        weights = {name: weight * self._rarity.get(name, strange) for name, weight in features.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {name: weight / length for name, weight in weights.items()}


def _features(text: str) -> dict[str, float]:
    """What a text is made of, each with its weight. Whole words begin with a space, so no piece is taken for one."""
    found: dict[str, float] = {}
    for word in words_of(text).split():
        weight = _FRAME if word in SMALL_WORDS else 1.0
        edged = f"^{word}$"
        for name in (f" {word}", *(edged[place : place + 3] for place in range(len(edged) - 2))):
            found[name] = max(found.get(name, 0.0), weight if name.startswith(" ") else weight * _PIECE)
    return found


def _rarity(all_: Sequence[Mapping[str, float]]) -> dict[str, float]:
    seen = Counter(name for features in all_ for name in features)
    return {name: math.log(1 + len(all_) / count) for name, count in seen.items()}
