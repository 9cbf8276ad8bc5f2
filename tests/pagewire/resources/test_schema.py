"""The structs make a structural schema: no unions but with None, a bound on every list and text."""

from collections.abc import Iterator

import pytest
from msgspec import inspect

from pagewire import resources
from pagewire.resources import KINDS, Spec

UNBOUND = {"config"}
"""Free-form on purpose: the plugin's own business."""


def types(of: inspect.Type, path: str) -> Iterator[tuple[str, inspect.Type]]:
    yield path, of
    match of:
        case inspect.Metadata():
            yield from types(of.type, path)
        case inspect.StructType():
            for field in of.fields:
                yield from types(field.type, f"{path}.{field.encode_name}")
        case inspect.ListType():
            yield from types(of.item_type, f"{path}[]")
        case inspect.UnionType():
            for one in of.types:
                yield from types(one, path)


def every_type() -> list[tuple[str, inspect.Type]]:
    found = [inspect.type_info(kind) for kind in KINDS.values()]
    specs = [
        field.type
        for kind in found
        if isinstance(kind, inspect.StructType)
        for field in kind.fields
        if field.name == "spec"
    ]
    return [one for spec in specs for one in types(spec, "spec")]


def test_specs_have_no_unions_but_with_none():
    unions = [(path, of) for path, of in every_type() if isinstance(of, inspect.UnionType)]
    assert unions
    for path, of in unions:
        assert len([one for one in of.types if not isinstance(one, inspect.NoneType)]) == 1, path


def test_lists_and_texts_are_bound():
    for path, of in every_type():
        if isinstance(of, inspect.ListType):
            assert of.max_length is not None, path
        if isinstance(of, inspect.StrType):
            assert of.max_length is not None, path


def test_every_part_of_a_spec_refuses_unknown_fields():
    structs = [(path, of) for path, of in every_type() if isinstance(of, inspect.StructType)]
    assert len(structs) > 20
    for path, of in structs:
        assert of.forbid_unknown_fields, path


def test_every_pattern_has_words():
    for path, of in every_type():
        if isinstance(of, inspect.Metadata) and isinstance(of.type, inspect.StrType) and of.type.pattern:
            assert (of.extra_json_schema or {}).get("description"), path


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_the_common_policies(kind: type):
    spec = next(field.type for field in inspect.type_info(kind).fields if field.name == "spec")  # type: ignore[attr-defined]
    assert issubclass(spec.cls, Spec)


def test_what_is_exported_exists_and_is_documented():
    for name in resources.__all__:
        assert getattr(resources, name).__doc__ or name.isupper(), name
    assert resources.__all__ == sorted(
        resources.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
