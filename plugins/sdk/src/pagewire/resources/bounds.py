"""Cuts a status to what its schema takes: a long name at Meta must not keep a whole status from being written. Pure."""

from functools import cache
from typing import Any, Final, TypeVar, cast

import msgspec.inspect as types
from msgspec import structs

from .status import Status

__all__ = ["bounded"]

S = TypeVar("S", bound=Status)

_SENTENCE: Final = 300
"""Characters from which on a text is a sentence, and says with dots that it was cut."""


def bounded(status: S) -> S:
    """The same with every text and list as long as the schema allows at most."""
    return cast("S", _cut(status, _type_of(type(status))))


@cache
def _type_of(kind: type) -> types.Type:
    return types.type_info(kind)


def _cut(value: Any, kind: types.Type) -> Any:
    match kind:
        case types.StrType(max_length=int(most)) if isinstance(value, str):
            return _shortened(value, most)
        case types.ListType():
            cut = [_cut(one, kind.item_type) for one in value[: kind.max_length]]
            return value if cut == value else cut
        case types.StructType():
            parts = {field.name: (getattr(value, field.name), field.type) for field in kind.fields}
            cuts = {name: cut for name, (part, of) in parts.items() if (cut := _cut(part, of)) is not part}
            return structs.replace(value, **cuts) if cuts else value
        case types.UnionType() if value is not None:
            return _cut(value, next(one for one in kind.types if not isinstance(one, types.NoneType)))
        case types.Metadata():
            return _cut(value, kind.type)
    return value


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[:most] if most < _SENTENCE else f"{text[: most - 3]}..."
