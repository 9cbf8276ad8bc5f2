"""Turns msgspec's sentence about a wrong field into one that says what to write instead."""

import re
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from msgspec import inspect

from .problem import Problem

_AT: Final = re.compile(r" - at `(?:key in )?\$(.*)`\Z")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`\Z", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`\Z")
_EXPECTED: Final = re.compile(r"Expected `(.+)`, got `(.+)`\Z")
_LENGTH: Final = re.compile(r"Expected `(str|array)` of length (<=|>=) (\d+)\Z")
_TELLABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}\Z")
"""A name that may be repeated in a message: a field's name and not, by mistake, a secret."""

_WORDS: Final = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
_UNQUOTED: Final = {"int", "float", "bool"}

Keys = tuple[str | int, ...]


class Mistake(msgspec.Struct, frozen=True):
    """A problem and what `decode` needs to go on past it.

    Attributes:
        keys: Where it is.
        unknown: Whether the last key is a field that does not exist.
        meant: The field that was probably meant by it.
    """

    problem: Problem
    keys: Keys
    unknown: bool = False
    meant: str | None = None


def explain(error: msgspec.ValidationError, kind: type) -> Mistake:
    """Say in words what a validation error of a document of this kind means."""
    text = str(error)
    at = _AT.search(text)
    said = text[: at.start()] if at else text
    keys = _keys(at.group(1)) if at else ()
    if unknown := _UNKNOWN.match(said):
        return _unknown(keys, unknown.group(1), kind)
    if missing := _MISSING.match(said):
        keys = (*keys, missing.group(1))
        return Mistake(Problem(_path(keys), "is missing"), keys)
    return Mistake(Problem(_path(keys), _shape(said, _type_at(kind, keys))), keys)


def _unknown(keys: Keys, name: str, kind: type) -> Mistake:
    known = _fields(_type_at(kind, keys))
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known) or 'none'}"
    path = _path((*keys, name)) if _TELLABLE.match(name) else _path(keys)
    meant = near[0] if near else None
    return Mistake(Problem(path, f"unknown field; {hint}"), (*keys, name), unknown=True, meant=meant)


def _shape(said: str, wanted: inspect.Type | None) -> str:
    if expected := _EXPECTED.match(said):
        want, got = expected.groups()
        quotes = "; put it in quotes" if want.startswith("str") and got in _UNQUOTED else ""
        return f"expected {_words(want)}, got {_words(got)}{quotes}"
    plain = _plain(wanted)
    if isinstance(plain, inspect.EnumType):
        return f"expected one of {', '.join(str(member.value) for member in plain.cls)}"
    if isinstance(plain, inspect.StrType) and plain.pattern is not None and isinstance(wanted, inspect.Metadata):
        return f"expected {(wanted.extra_json_schema or {}).get('description', 'another text')}"
    if isinstance(plain, inspect.IntType) and isinstance(wanted, inspect.Metadata):
        return f"expected {(wanted.extra_json_schema or {}).get('description', 'another number')}"
    if length := _LENGTH.match(said):
        what = "characters" if length[1] == "str" else "entries"
        return f"expected at {'most' if length[2] == '<=' else 'least'} {length[3]} {what}"
    return "is not what this field takes"


def _words(types: str) -> str:
    return " or ".join(_WORDS.get(one, one) for one in types.split(" | ") if one != "null" or types == "null")


def _keys(path: str) -> Keys:
    return tuple(int(index) if index else name for name, index in _STEP.findall(path))


def _path(keys: Keys) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def _type_at(kind: type, keys: Keys) -> inspect.Type | None:
    """The type the schema has at a path, with its description if it has one."""
    here: inspect.Type | None = inspect.type_info(kind)
    for key in keys:
        here = _step(_plain(here), key)
    return _some(here)


def _step(here: inspect.Type | None, key: str | int) -> inspect.Type | None:
    if isinstance(here, inspect.StructType):
        return next((field.type for field in here.fields if field.encode_name == key), None)
    if isinstance(here, inspect.ListType):
        return here.item_type
    return None


def _some(here: inspect.Type | None) -> inspect.Type | None:
    """Of an optional type, the one that is not None."""
    if isinstance(here, inspect.UnionType):
        return next((one for one in here.types if not isinstance(one, inspect.NoneType)), None)
    return here


def _plain(here: inspect.Type | None) -> Any:
    here = _some(here)
    return _some(here.type) if isinstance(here, inspect.Metadata) else here


def _fields(here: inspect.Type | None) -> list[str]:
    plain = _plain(here)
    return [field.encode_name for field in plain.fields] if isinstance(plain, inspect.StructType) else []
