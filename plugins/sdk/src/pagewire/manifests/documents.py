"""A file's bytes become documents: the values of YAML and JSON, with the lines their fields stand on."""

from collections.abc import Iterator
from typing import Any

from .json_text import json_lines, read_json
from .problems import Place, Problem
from .yaml_text import Lines, UnreadableError, read_yaml, split


class Where:
    """On which line each field of a document stands. JSON is searched for them only when somebody asks."""

    def __init__(self, lines: Lines | None = None, json: str = "") -> None:
        self._lines = lines
        self._json = json

    def line(self, path: str) -> int:
        """The line of a field, or of the nearest thing around it that has one; 0 if there is none."""
        if self._lines is None:
            self._lines = json_lines(self._json)
        return self.known_line(path)

    def known_line(self, path: str) -> int:
        """The same, without searching."""
        lines = self._lines or {}
        while path and path not in lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return lines.get(path, 0)


class Document:
    """One document, or one item of a ``List``, of a file.

    Attributes:
        place: Where it begins.
        value: Its content, not yet looked at.
    """

    def __init__(self, place: Place, value: Any, where: Where, prefix: str = "") -> None:
        self.place = place
        self.value = value
        self._where = where
        self._prefix = prefix

    def at(self, path: str) -> Place:
        """The place of a field, or of the nearest thing around it that has a line."""
        return _moved(self.place, self._where.line(self._full(path)) or self.place.line)

    def items(self) -> Iterator["Document"]:
        """The items of a ``List`` document, each as a document of its own."""
        for index, value in enumerate(self.value["items"]):
            prefix = self._full(f"items[{index}]")
            place = Place(self.place.file, self.place.document, index + 1, self._where.known_line(prefix))
            yield Document(place, value, self._where, prefix)

    def _full(self, path: str) -> str:
        return f"{self._prefix}.{path}" if self._prefix and path else self._prefix or path


def read_documents(raw: bytes, file: str) -> tuple[list[Document], list[Problem]]:
    """Read every document of a file that can be read, and say what is wrong with the others.

    Args:
        raw: The bytes of the file.
        file: Its path inside the folder; the ending tells JSON from YAML.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return [], [Problem(place=Place(file, line=line), message="not UTF-8; save the file as UTF-8")]
    texts = [(1, text)] if file.endswith(".json") else split(text)
    documents: list[Document] = []
    problems: list[Problem] = []
    for number, (line, one) in enumerate(texts, start=1):
        place = Place(file, number, line=line)
        try:
            documents.append(_json(place, one) if file.endswith(".json") else _yaml(place, one))
        except UnreadableError as error:
            where = _moved(place, error.line or line)
            problems.append(Problem(place=where, path=error.path, message=error.message))
    return documents, problems


def _yaml(place: Place, text: str) -> Document:
    value, lines = read_yaml(text, place.line)
    return Document(_moved(place, lines.get("", place.line)), value, Where(lines))


def _json(place: Place, text: str) -> Document:
    return Document(place, read_json(text), Where(json=text))


def _moved(place: Place, line: int) -> Place:
    return Place(place.file, place.document, place.item, line)
