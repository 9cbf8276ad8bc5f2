"""Payload -> fields of an event. What does not fit its field's type is left out and named by its path."""

from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct

from pagewire.events import Event, instant
from pagewire.wire._json import Json

_MISSING = object()
MISFIT = (msgspec.ValidationError, ValueError, OverflowError)


def fit(struct: type[Event], view: Json) -> tuple[Json, list[str]]:
    """The kind's own fields out of its payload, and the paths of what did not fit."""
    shape = shape_of(struct)
    gone: list[str] = []
    try:
        fields = msgspec.structs.asdict(msgspec.convert(view, shape, strict=False))
    except MISFIT:
        fields = fit_bit_by_bit(shape, view, gone)
    for name in struct.times:
        stated = fields.pop(name, None)
        if stated is not None and (when := instant(stated)) is not None:
            fields[name] = when
        elif stated is not None:
            gone.append(name)
    return fields, gone


@cache
def shape_of(struct: type[Event]) -> type[Struct]:
    """A struct of the fields that a kind takes from its payload."""
    base = {*Event.__struct_fields__, "field"}
    own = [field for field in msgspec.structs.fields(struct) if field.name not in base]
    return msgspec.defstruct(
        f"{struct.__name__}Payload",
        [(field.name, Any if field.name in struct.times else field.type, _default(field)) for field in own],
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    made = field.default is NODEFAULT
    return msgspec.field(default_factory=field.default_factory) if made else field.default


def fit_bit_by_bit(shape: type[Struct], view: Json, gone: list[str], at: str = "") -> Json:
    """The same as one conversion of the whole, member by member, so that one misfit spoils no other."""
    fields = {}
    for name, type_ in _types(shape).items():
        if view.get(name) is not None:
            fitted = _fit(view[name], type_, gone, at + name)
            if fitted is not _MISSING:
                fields[name] = fitted
    return fields


@cache
def _types(shape: type[Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(shape)}


def _fit(value: Any, type_: Any, gone: list[str], at: str) -> Any:
    try:
        return msgspec.convert(value, type_, strict=False)
    except MISFIT:
        fitted = _forced(value, type_, gone, at)
    if fitted is _MISSING:
        gone.append(at)
    return fitted


def _forced(value: Any, type_: Any, gone: list[str], at: str) -> Any:
    """One more try, by hand: ids that came as numbers, arrays element by element, objects member by member."""
    for wanted in get_args(type_) if get_origin(type_) in {Union, UnionType} else (type_,):
        if wanted is str and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if get_origin(wanted) is tuple and isinstance(value, list):
            inner = get_args(wanted)[0]
            fitted = [_fit(element, inner, gone, f"{at}[{index}]") for index, element in enumerate(value)]
            return tuple(element for element in fitted if element is not _MISSING)
        if isinstance(wanted, type) and issubclass(wanted, Struct) and isinstance(value, dict):
            return wanted(**fit_bit_by_bit(wanted, value, gone, f"{at}."))
    return _MISSING
