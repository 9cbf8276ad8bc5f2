"""Whether a schema refuses what an older one took. Structural schemas of CRDs and the JSON Schema of the chart."""

from collections.abc import Iterator
from typing import Any, Final

Schema = dict[str, Any]

_AT_MOST: Final = ("maxLength", "maxItems", "maxProperties", "maximum")
_AT_LEAST: Final = ("minLength", "minItems", "minProperties", "minimum")
_SAME: Final = ("pattern", "format", "default")


def narrowings(old: Schema, new: Schema, at: str = "") -> Iterator[str]:
    """Where ``new`` is narrower, or means something else, in words."""
    if old.get("type") != new.get("type"):
        yield f"{at}: is {new.get('type')}, was {old.get('type')}"
    if old.get("nullable") and not new.get("nullable"):
        yield f"{at}: no longer takes null"
    yield from _bounds(old, new, at)
    for name in _SAME:
        if name in old and name in new and old[name] != new[name]:
            yield f"{at}: {name} is {new[name]!r}, was {old[name]!r}"
        elif name in new and name not in old and name != "format":
            yield f"{at}: {name} is {new[name]!r}, was none"
    if gone := sorted(set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", old.get("enum", ()))))):
        yield f"{at}: no longer takes {', '.join(gone)}"
    if came := sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{at}: now needs {', '.join(came)}"
    yield from _within(old, new, at)


def _bounds(old: Schema, new: Schema, at: str) -> Iterator[str]:
    for name in _AT_MOST:
        if new.get(name, float("inf")) < old.get(name, float("inf")):
            yield f"{at}: {name} is {new[name]}, was {old.get(name)}"
    for name in _AT_LEAST:
        if new.get(name, 0) > old.get(name, 0):
            yield f"{at}: {name} is {new[name]}, was {old.get(name)}"


def _within(old: Schema, new: Schema, at: str) -> Iterator[str]:
    there = new.get("properties", {})
    for name, member in old.get("properties", {}).items():
        if name in there:
            yield from narrowings(member, there[name], f"{at}.{name}")
        else:
            yield f"{at}.{name}: is gone"
    for name in ("items", "additionalProperties"):
        if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
            yield from narrowings(old[name], new[name], f"{at}[]")
