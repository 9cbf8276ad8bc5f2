"""What a sink is handed: a line, its bytes, and the key under which it is written once. Pure."""

from msgspec import Struct

from pagewire_logging.forgotten import DeletionLine
from pagewire_logging.line import Line, encode
from pagewire_logging.logins import LoginLine
from pagewire_logging.pages import PageLine

AnyLine = Line | DeletionLine | LoginLine | PageLine


class Entry(Struct, frozen=True):
    """One line on its way.

    Attributes:
        key: the same for every repeat of the line: the event's id, or what stands for it.
        raw: the line as UTF-8 JSON, with its line feed.
        line: the same, typed.
    """

    key: str
    raw: bytes
    line: AnyLine


def entry_of(line: AnyLine) -> Entry:
    """The line, ready for any sink."""
    return Entry(_key(line), encode(line), line)


def _key(line: AnyLine) -> str:
    if isinstance(line, Line):
        return line.id
    if isinstance(line, PageLine):
        return f"{line.what}-{line.account}-{line.time:%Y%m%dT%H%M%S.%f}"
    return f"{'deletion' if isinstance(line, DeletionLine) else 'login'}-{line.account}-{line.request}"
