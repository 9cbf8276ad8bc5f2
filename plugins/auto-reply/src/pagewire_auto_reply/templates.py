"""Texts with variables: ``Hi {first_name|there}``."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from pagewire_auto_reply.mistakes import did_you_mean

PROFILE: Final = ("first_name", "last_name", "name", "username")
"""Variables that Meta may know of the person. Messenger has no username, Instagram no first and last name."""

VALUE_LIMIT: Final = 200
"""Most characters a variable may bring in; people choose their names, and write what patterns capture."""

_PIECE: Final = re.compile(
    r"\{\{\s*(?P<mustache>\w+)\s*\}\}|(?P<brace>\{\{|\}\})|\{(?P<inside>[^{}]*)\}|(?P<stray>[{}])"
)
_NAME: Final = re.compile(r"[A-Za-z_]\w*|[1-9][0-9]?")
_JOINERS: Final = frozenset("\u200c\u200d")
"""Format characters that names and emoji need; the others could turn our own words around."""


class Variable(Struct, frozen=True):
    """A place to fill.

    Attributes:
        name: what to fill it with.
        default: what to say when that is unknown; ``None`` for nothing, and then the space before it goes too.
    """

    name: str
    default: str | None


class Template(Struct, frozen=True):
    """A text in pieces."""

    pieces: tuple[str | Variable, ...]

    @property
    def variables(self) -> frozenset[str]:
        """The names that can be filled in."""
        return frozenset(piece.name for piece in self.pieces if isinstance(piece, Variable))

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with these values; what is missing or empty takes its default."""
        text = ""
        for piece in self.pieces:
            if isinstance(piece, str):
                text += piece
            elif (value := clean(values.get(piece.name, "")) or piece.default) is not None:
                text += value
            else:
                text = text.rstrip(" ")
        return text.strip()


def clean(value: str) -> str:
    """A value on one line, without control and direction characters, and not too long."""
    if value.isascii() and value.isprintable():
        return " ".join(value.split())[:VALUE_LIMIT]
    kept = (char for char in value if char.isspace() or char in _JOINERS or unicodedata.category(char)[0] != "C")
    return " ".join("".join(kept).split())[:VALUE_LIMIT]


def template_of(text: str, known: Iterable[str]) -> Template:
    """Read a template.

    Args:
        text: what the manifest says. ``{{`` and ``}}`` stand for a brace.
        known: the variables that can be filled in.

    Raises:
        ValueError: naming the brace or variable that is wrong.
    """
    names = tuple(sorted(known))
    template = Template(tuple(_pieces(text, names)))
    if not template.fill({}):
        raise ValueError("says nothing when its variables are unknown; add words, or a default as in {name|there}")
    return template


def _pieces(text: str, known: tuple[str, ...]) -> Iterator[str | Variable]:
    done = 0
    for found in _PIECE.finditer(text):
        if found.start() > done:
            yield text[done : found.start()]
        done = found.end()
        if found["stray"]:
            raise ValueError(
                f"the {found['stray']} at character {found.start() + 1} stands alone; a brace is written twice"
            )
        if found["inside"] is not None:
            yield _variable(found["inside"], known)
        else:
            yield _brace(found, known)
    if done < len(text):
        yield text[done:]


def _variable(inside: str, known: tuple[str, ...]) -> Variable:
    name, bar, default = inside.partition("|")
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise ValueError(f"{{{inside}}} is no variable; write one as in {{first_name|there}}, and a brace twice")
    if name not in known:
        raise ValueError(f"unknown variable {name}; {did_you_mean(name, known)}")
    return Variable(name, default if bar else None)


def _brace(found: re.Match[str], known: tuple[str, ...]) -> str:
    name = found["mustache"]
    if name in known:
        raise ValueError(f"variables have one brace on either side; write {{{name}}}")
    return f"{{{name}}}" if name else found["brace"][0]
