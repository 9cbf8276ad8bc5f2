"""A struct becomes a structural OpenAPI v3 schema, as Kubernetes wants it: no references, no unions, all bound."""

from enum import Enum
from typing import Any, Final

from msgspec import NODEFAULT, inspect

from pagewire.resources.common import AppRef, LocalRef, SecretKeyRef

from .cel import of_entries, of_field, of_struct
from .lists import list_type
from .rule import Rule
from .words import about, attributes

Schema = dict[str, Any]

_DEFAULTS: Final = frozenset(
    {"managementPolicy", "deletionPolicy", "adoptionPolicy", "provider", "graphVersion", "locale"}
)
"""Fields whose default the API server writes down. Few: each is a difference to what the user's repository says. These
are shown by ``kubectl get``, decide between two behaviours, or are keys of a list."""

_ATOMIC: Final = (AppRef, LocalRef, SecretKeyRef)
"""References: two appliers never own half of one each."""

_RULES: Final = "x-kubernetes-validations"


class UnboundTypeError(TypeError):
    """A struct has a type that a structural schema cannot say, or not within bounds."""


def schema(struct: type) -> Schema:
    """The schema of a struct.

    Raises:
        UnboundTypeError: A union, a list or text without bound, or a mapping other than a plugin's config.
    """
    found = inspect.type_info(struct)
    if not isinstance(found, inspect.StructType):
        raise UnboundTypeError(f"{struct} is not a struct")
    return _struct(found)


def _struct(of: inspect.StructType) -> Schema:
    said = attributes(of.cls)
    made: Schema = {"type": "object"}
    if of.cls in _ATOMIC:
        made["x-kubernetes-map-type"] = "atomic"
    if rules := of_struct(of.cls):
        made[_RULES] = rules
    if required := [field.encode_name for field in of.fields if field.required]:
        made["required"] = required
    made["properties"] = {field.encode_name: _property(of.cls, field, said.get(field.name)) for field in of.fields}
    return made


def _property(struct: type, field: inspect.Field, said: str | None) -> Schema:
    made = _type(field.type, f"{struct.__name__}.{field.encode_name}")
    expected = made.pop("description", None)
    description = " ".join(part for part in (said, expected and f"Expected: {expected}.") if part)
    rules = [*made.pop(_RULES, []), *of_field(struct, field.name)]
    if made["type"] == "array":
        made |= list_type(struct, field.name)
        if entries := of_entries(struct, field.name):
            made["items"].setdefault(_RULES, []).extend(entries)
    if field.encode_name in _DEFAULTS and field.default is not NODEFAULT:
        default = field.default
        made["default"] = default.value if isinstance(default, Enum) else default
    return _ordered({**({"description": description} if description else {}), **made}, rules)


def _ordered(made: Schema, rules: list[Schema]) -> Schema:
    """Rules before properties, so that a reader meets them first."""
    tail: Schema = {key: made.pop(key) for key in ("required", "properties", "items") if key in made}
    return {**made, **({_RULES: rules} if rules else {}), **tail}


def _type(of: inspect.Type, where: str) -> Schema:
    if isinstance(of, inspect.Metadata):
        return _explained({**_type(of.type, where), **(of.extra_json_schema or {})})
    if isinstance(of, inspect.UnionType):
        return _type(_only(of, where), where)
    if isinstance(of, inspect.ListType):
        return _list(of, where)
    return _struct(of) if isinstance(of, inspect.StructType) else _simple(of, where)


def _explained(made: Schema) -> Schema:
    """With a pattern said in words too: of a pattern alone, the server says the expression."""
    if "pattern" not in made or "description" not in made:
        return made
    rule = Rule(rule=f"self.matches(r'{made['pattern']}')", message=f"expected {made['description']}")
    return {**made, _RULES: [rule.written()]}


def _simple(of: inspect.Type, where: str) -> Schema:
    match of:
        case inspect.EnumType():
            return {"type": "string", "enum": [member.value for member in of.cls]}
        case inspect.LiteralType():
            return {"type": "string", "enum": sorted(map(str, of.values))}
        case inspect.StrType():
            return _text(of, where)
        case inspect.IntType():
            return {"type": "integer", "format": "int64", **_given({"minimum": of.ge, "maximum": of.le})}
        case inspect.BoolType():
            return {"type": "boolean"}
        case inspect.DictType(value_type=inspect.AnyType()):
            return {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    raise UnboundTypeError(f"{where}: a schema of Kubernetes has no {of}")


def _only(of: inspect.UnionType, where: str) -> inspect.Type:
    """Of an optional type, the one that is not None."""
    rest = [one for one in of.types if not isinstance(one, inspect.NoneType)]
    if len(rest) != 1:
        raise UnboundTypeError(f"{where}: a schema of Kubernetes has no unions")
    return rest[0]


def _list(of: inspect.ListType, where: str) -> Schema:
    if of.max_length is None:
        raise UnboundTypeError(f"{where}: a list needs a max_length, for the cost of its rules")
    bounds = {"minItems": of.min_length, "maxItems": of.max_length}
    items = _type(of.item_type, f"{where}[]")
    if isinstance(of.item_type, inspect.StructType):
        items = {"description": about(of.item_type.cls), **items}
    return {"type": "array", **_given(bounds), "items": items}


def _text(of: inspect.StrType, where: str) -> Schema:
    if of.max_length is None:
        raise UnboundTypeError(f"{where}: a text needs a max_length, for the cost of its rules")
    pattern = of.pattern.replace(r"\Z", "$") if of.pattern else None
    bounds = {"minLength": of.min_length, "maxLength": of.max_length, "pattern": pattern}
    return {"type": "string", **_given(bounds)}


def _given(bounds: dict[str, Any]) -> dict[str, Any]:
    return {name: bound for name, bound in bounds.items() if bound is not None}
