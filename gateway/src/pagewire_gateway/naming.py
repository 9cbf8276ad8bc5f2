"""Whose ids stand in an item's JSON, for items that are nobody's conversation, such as comments. Pure."""

import re
from collections.abc import Iterator

_EDGE = rb"[0-9A-Za-z]"
_NUMBER = re.compile(rb"(?<!%s)[0-9]{5,32}(?!%s)" % (_EDGE, _EDGE))
"""What may be a scoped id; Meta's have some sixteen digits. In `PAGE_COMMENT` there are two."""


def names(raw: bytes, id_: str) -> bool:
    """Whether this very id stands there, and not as a part of a longer one."""
    return re.search(rb"(?<!%s)%s(?!%s)" % (_EDGE, re.escape(id_.encode()), _EDGE), raw) is not None


def numbers(raw: bytes) -> Iterator[str]:
    """Everything that may be a scoped id, each once."""
    return (found.decode() for found in dict.fromkeys(_NUMBER.findall(raw)))
