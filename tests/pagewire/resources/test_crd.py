"""Structs become schemas, and what a schema cannot say is refused."""

from typing import Annotated, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from pagewire.resources import KINDS
from pagewire.resources.crd import PLURALS, manifest, names, text
from pagewire.resources.crd.schema import UnboundTypeError, schema
from pagewire.resources.crd.yaml import emit

from .documents import Document


class Optional(Struct):
    """One.

    Attributes:
        text: What it is
            about.
    """

    text: Annotated[str, Meta(max_length=3, pattern=r"^a\Z", description="an a")] | None = None


class EitherWay(Struct):
    value: int | Annotated[str, Meta(max_length=3)]


class LongList(Struct):
    values: list[int]


class LongText(Struct):
    value: str


class AnyMap(Struct):
    value: dict[str, int]


class Fraction(Struct):
    value: float


def test_an_optional_field_is_one_that_may_be_missing():
    rule = {"rule": "self.matches(r'^a$')", "message": "expected an a"}
    described = {"description": "What it is about. Expected: an a.", "type": "string", "maxLength": 3, "pattern": "^a$"}
    expected = {"text": {**described, "x-kubernetes-validations": [rule]}}
    assert schema(Optional) == {"type": "object", "properties": expected}


@pytest.mark.parametrize("struct", [EitherWay, LongList, LongText, AnyMap, Fraction])
def test_what_a_schema_cannot_say_is_refused_with_its_place(struct: type):
    with pytest.raises(UnboundTypeError, match=rf"{struct.__name__}\.values?: "):
        schema(struct)


def test_only_structs_have_a_schema():
    with pytest.raises(UnboundTypeError, match="not a struct"):
        schema(int)


def nodes(found: Any) -> list[Document]:
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    own = [found] if isinstance(found, dict) and isinstance(found.get("type"), str) else []
    return own + [node for one in inner for node in nodes(one)]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_bound_and_nothing_is_closed_twice(kind: str):
    root = manifest(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    found = nodes(root["properties"])
    assert len(found) > 30
    for node in found:
        assert not {"$ref", "anyOf", "oneOf", "additionalProperties", "nullable"} & set(node)
        if node["type"] == "array":
            assert {"maxItems", "x-kubernetes-list-type"} <= set(node)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_never_looks_at_a_status(kind: str):
    """A rule there could keep the operator from saying what is wrong."""
    status = manifest(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]
    assert "x-kubernetes-validations" not in text(kind).partition("            status:\n")[2]
    assert "default" not in {key for node in nodes(status) for key in node}


def test_short_names_and_plurals_are_each_ones_own():
    known = [names(kind) for kind in KINDS]
    shorts = [name for one in known for name in one["shortNames"]]
    assert sorted(shorts) == ["mapp", "mig", "mpage", "mtok", "mws"]
    assert len({*PLURALS.values(), *shorts}) == 2 * len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_yaml_says_what_the_manifest_says(kind: str):
    assert yaml.safe_load(text(kind)) == manifest(kind)
    assert max(map(len, text(kind).splitlines())) < 2600


KEYS = st.from_regex(r"[a-z]{1,5}x", fullmatch=True)
PLAIN = st.recursive(
    st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, PLAIN, min_size=1, max_size=4))
def test_any_plain_data_comes_back(data: Document):
    assert yaml.safe_load(emit(data)) == data


@pytest.mark.parametrize("long", ["word " * 40 + "end", "word: " * 40 + "end", "a" * 200, "two  spaces " * 20 + "end"])
def test_a_long_text_comes_back(long: str):
    assert yaml.safe_load(emit({"one": long, "two": [{"three": long}, long]})) == {
        "one": long,
        "two": [{"three": long}, long],
    }
