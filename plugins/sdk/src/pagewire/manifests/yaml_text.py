"""YAML text to values, by libyaml's events and a loop of our own: no recursion, no objects, no aliases.

Each document is parsed by itself, so a broken one leaves its neighbours readable.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from .scalars import NumberError, scalar

MAX_DEPTH: Final = 64

_START: Final = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_EMPTY: Final = re.compile(r"(?:\ufeff?(?:---)?[ \t\r]*(?:[#%][^\n]*)?(?:\n|\Z))*\Z")
_CORE: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))
_TEXT_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})
_TELLABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,60}\Z")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Lines = dict[str, int]
"""Field path to the line it stands on, from 1."""


class UnreadableError(ValueError):
    """A text is not YAML or JSON as we take it.

    Attributes:
        message: What is wrong, without any of the text's values.
        line: From 1; 0 if unknown.
        path: The field, or empty.
    """

    def __init__(self, message: str, line: int = 0, path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.path = path


def split(text: str) -> Iterator[tuple[int, str]]:
    """Cut a YAML stream at its ``---`` lines; give the first line number and the text of each document with content."""
    starts = [match.start() for match in _START.finditer(text)]
    line = 1
    for begin, end in zip([0, *starts], [*starts, len(text)], strict=True):
        document = text[begin:end]
        if not _EMPTY.match(document):
            yield line, document
        line += document.count("\n")


def read_yaml(text: str, first_line: int = 1) -> tuple[Any, Lines]:
    """Parse one document.

    Args:
        text: The document; a ``---`` line may begin it.
        first_line: The line of the file it begins on.

    Raises:
        UnreadableError: It is not YAML, or uses what manifests have no need of: aliases, tags of a language,
            keys that are not text, the same key twice, nesting deeper than `MAX_DEPTH`.
    """
    builder = _Builder(first_line)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        raise UnreadableError(f"not YAML: {said}", mark.line + first_line if mark else 0) from None
    except yaml.reader.ReaderError as error:
        raise UnreadableError(f"not YAML: {error.reason}", first_line) from None
    return builder.value, builder.lines


class _Level:
    """An open mapping or list."""

    __slots__ = ("container", "key", "path")

    def __init__(self, container: dict[str, Any] | list[Any], path: str) -> None:
        self.container = container
        self.path = path
        self.key: str | None = None

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.container, dict) and self.key is None

    def next_path(self) -> str:
        if isinstance(self.container, list):
            return f"{self.path}[{len(self.container)}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)

    def add(self, value: Any) -> None:
        if isinstance(self.container, list):
            self.container.append(value)
        elif self.key is not None:
            self.container[self.key] = value
            self.key = None


class _Builder:
    """Puts events together to a value, and notes on which line each field stands."""

    def __init__(self, first_line: int) -> None:
        self.value: Any = None
        self.lines: Lines = {}
        self._open: list[_Level] = []
        self._first_line = first_line

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._start({}, event)
            case yaml.SequenceStartEvent():
                self._start([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case yaml.AliasEvent():
                raise self._refuse(event, "aliases (*name) are not read; write the value out")

    def _scalar(self, event: Any) -> None:
        plain = event.implicit[0] or (event.tag in _CORE and event.tag not in _TEXT_TAGS)
        self._check_tag(event)
        try:
            value = scalar(event.value) if plain else event.value
        except NumberError as error:
            raise self._refuse(event, str(error)) from None
        if self._open and self._open[-1].awaits_key:
            self._key(event, value)
        else:
            self._place(event, value)

    def _start(self, container: dict[str, Any] | list[Any], event: Any) -> None:
        self._check_tag(event)
        if self._open and self._open[-1].awaits_key:
            raise self._refuse(event, "a key must be text")
        if len(self._open) >= MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        path = self._place(event, container)
        self._open.append(_Level(container, path))

    def _key(self, event: Any, key: Any) -> None:
        level = self._open[-1]
        if not isinstance(key, str):
            raise self._refuse(event, "a key must be text; put it in quotes")
        if key == "<<" and event.implicit[0]:
            raise self._refuse(event, "merge keys (<<) are not read; write the fields out")
        if key in level.container:
            told = f"{level.path}.{key}".removeprefix(".") if _TELLABLE.match(key) else level.path
            raise UnreadableError("the key is given twice", self._line(event), told)
        level.key = key
        self.lines[level.next_path()] = self._line(event)

    def _place(self, event: Any, value: Any) -> str:
        if not self._open:
            self.value, path = value, ""
        else:
            path = self._open[-1].next_path()
            self._open[-1].add(value)
        self.lines.setdefault(path, self._line(event))
        return path

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag not in _CORE and event.tag not in _TEXT_TAGS:
            raise self._refuse(event, "tags (!name) are not read; write plain text, numbers, lists and mappings")

    def _refuse(self, event: Any, message: str) -> UnreadableError:
        return UnreadableError(message, self._line(event))

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self._first_line
