"""JSON text to values, as strict as `yaml_text` is."""

import json
from typing import Any, Final, NoReturn

import msgspec

from .scalars import NumberError, floating, integer
from .yaml_text import MAX_DEPTH, Lines, UnreadableError, read_yaml

MAX_SEARCHED: Final = 2**18
"""Characters of JSON in which lines are searched for; YAML's reader takes its time."""


def read_json(text: str) -> Any:
    """Parse a JSON document.

    Raises:
        UnreadableError: It is not JSON, gives a key twice, is nested deeper than `MAX_DEPTH` or holds a
            number beyond 64 bits.
    """
    try:
        msgspec.json.decode(text)  # refuses NaN and broken escapes, which the reader below lets through
        value = json.loads(
            text, object_pairs_hook=_once, parse_int=integer, parse_float=floating, parse_constant=_refuse
        )
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not JSON: {error.msg}", error.lineno) from None
    except (msgspec.DecodeError, NumberError) as error:
        said = str(error).removeprefix("JSON is malformed: ")
        raise UnreadableError(f"not JSON: {said}", _line(text)) from None
    except RecursionError:
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels", 1) from None
    if deeper(value):
        raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels", 1)
    return value


def json_lines(text: str) -> Lines:
    """Where the fields of a JSON document stand, as far as YAML's reader, who knows lines, can read it."""
    try:
        return read_yaml(text)[1] if len(text) <= MAX_SEARCHED else {}
    except UnreadableError:
        return {}


def _line(text: str) -> int:
    """The line of a syntax error, which only the standard library's reader tells."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):
        return 1
    return 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise UnreadableError("a key is given twice in one mapping", 1)
    return value


def _refuse(_constant: str) -> NoReturn:
    raise NumberError


def deeper(value: Any) -> bool:
    """Whether a value is nested deeper than `MAX_DEPTH`."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
