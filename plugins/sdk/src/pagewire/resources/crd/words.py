"""What docstrings say of a struct and of its fields, for ``kubectl explain``."""

import inspect
import re
from typing import Final

_SECTION: Final = re.compile(r"^Attributes:\n((?:    .*\n?|\n)+)", re.MULTILINE)
_ENTRY: Final = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def about(struct: type) -> str:
    """The docstring of a struct up to its list of attributes, on one line."""
    return _line(_own(struct).partition("\n\nAttributes:\n")[0])


def attributes(struct: type) -> dict[str, str]:
    """What the docstrings of a struct and of those it stands on say of each field."""
    found: dict[str, str] = {}
    for one in reversed(struct.__mro__):
        if section := _SECTION.search(_own(one)):
            found |= {name: _line(said) for name, said in _ENTRY.findall(section[1])}
    return found


def _own(one: type) -> str:
    return inspect.cleandoc(one.__dict__.get("__doc__") or "")


def _line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
