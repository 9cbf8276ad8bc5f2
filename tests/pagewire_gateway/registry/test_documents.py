"""Bytes become documents with places, or are refused with a line and without their values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.manifests.documents import read_documents

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


def values(text: str, file: str = "x.yaml") -> list[object]:
    documents, problems = read_documents(text.encode(), file)
    assert problems == []
    return [document.value for document in documents]


def refused(raw: str | bytes, file: str = "x.yaml") -> list[str]:
    documents, problems = read_documents(raw if isinstance(raw, bytes) else raw.encode(), file)
    assert documents == []
    return [str(problem).removeprefix(f"{file} ") for problem in problems]


def test_documents_are_numbered_as_people_count_them():
    text = "# a remark\n---\n# nothing here\n---\na: 1\n--- {b: 2}\n---\n\n---\r\nc: 3\r\n"
    documents, problems = read_documents(text.encode(), "x.yaml")
    assert problems == []
    assert [(one.value, one.place.document, one.place.line) for one in documents] == [
        ({"a": 1}, 1, 5),
        ({"b": 2}, 2, 6),
        ({"c": 3}, 3, 10),
    ]


def test_a_broken_document_leaves_its_neighbours():
    documents, problems = read_documents(b"a: 1\n---\nb: [\n---\nc: 3\n", "x.yaml")
    assert [one.value for one in documents] == [{"a": 1}, {"c": 3}]
    assert [(one.place.document, one.place.line) for one in problems] == [(2, 4)]


def test_fields_know_their_lines():
    text = "---\n# a page\nkind: x\nspec:\n  plugins:\n    - name: a\n    - name: b\n      config: {x:\n        1}\n"
    (document,) = read_documents(text.encode(), "x.yaml")[0]
    lines = {path: document.at(path).line for path in ("", "kind", "spec.plugins[1].name", "spec.plugins[1].config.x")}
    assert lines == {"": 3, "kind": 3, "spec.plugins[1].name": 7, "spec.plugins[1].config.x": 8}
    assert document.at("spec.plugins[1].nothing.here[3]").line == 7
    assert document.at("nothing").line == 3


def test_fields_of_json_know_their_lines():
    text = '{"kind": "List",\n "items": [\n  {"a": 1},\n  {"b":\n    {"c": 1}}]}'
    (document,) = read_documents(text.encode(), "x.json")[0]
    _, second = document.items()
    assert (second.place.item, second.place.line, second.at("b.c").line) == (2, 0, 5)


def test_plain_words_mean_what_they_mean_to_a_cluster():
    text = "{a: yes, b: 'yes', c: 9:00, d: 2026-12-24, e: 1.5, f: 0123, g: ~, h: 1_000, i: !!str 1, j: .inf, k: -7, l: Off}"
    assert values(text) == [
        {
            "a": True,
            "b": "yes",
            "c": "9:00",
            "d": "2026-12-24",
            "e": 1.5,
            "f": 123,
            "g": None,
            "h": "1_000",
            "i": "1",
            "j": ".inf",
            "k": -7,
            "l": False,
        }
    ]


def test_a_byte_order_mark_and_directives_are_passed_over():
    assert values("\ufeff%YAML 1.2\n---\na: ä\n") == [{"a": "ä"}]
    assert values('\ufeff{"a": "ä"}', "x.json") == [{"a": "ä"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "document 1 line 2: aliases (*name) are not read; write the value out"),
        ("base: &b {x: 1}\na: {<<: *b}", "document 1 line 2: merge keys (<<) are not read; write the fields out"),
        (
            "a: !!python/object/apply:os.system [id]",
            "document 1 line 1: tags (!name) are not read; write plain text, numbers, lists and mappings",
        ),
        (
            "a:\n  !secret x",
            "document 1 line 2: tags (!name) are not read; write plain text, numbers, lists and mappings",
        ),
        ("a:\n  b: 1\n  b: 2", "document 1 line 3: a.b: the key is given twice"),
        ("a:\n  ? [x]\n  : 1", "document 1 line 2: a key must be text"),
        ("a: 1\non: 1", "document 1 line 2: a key must be text; put it in quotes"),
        ("a: 12345678901234567890", "document 1 line 1: this number is too large to be kept exactly; put it in quotes"),
        ("a: 1e999", "document 1 line 1: this number is too large to be kept exactly; put it in quotes"),
        ("[" * 100_000, "document 1 line 1: nested deeper than 64 levels"),
        ("{a: " * 100_000, "document 1 line 1: nested deeper than 64 levels"),
        ("a: \x01", "document 1 line 1: not YAML: control characters are not allowed"),
        ("a: 1\n...\nb: 2", "document 1 line 3: not YAML: did not find expected <document start>"),
        ("a: b: c", "document 1 line 1: not YAML: mapping values are not allowed in this context"),
    ],
)
def test_what_manifests_have_no_need_of_is_refused(text: str, said: str):
    assert refused(text) == [said]


def test_text_that_is_not_utf_8_is_refused_with_its_line():
    assert refused(b"a: 1\nb: \xe4\n") == ["line 2: not UTF-8; save the file as UTF-8"]
    assert refused("a: 1".encode("utf-16")) == ["line 1: not UTF-8; save the file as UTF-8"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "a": 2}', "document 1 line 1: a key is given twice in one mapping"),
        ('{"a":\n}', "document 1 line 2: not JSON"),
        ('{"a": NaN}', "document 1 line 1: not JSON"),
        ('{"a": "\\ud800"}', "document 1 line 1: not JSON"),
        ('{"a": 1} {"b": 2}', "document 1 line 1: not JSON"),
        ("", "document 1 line 1: not JSON"),
        ("[" * 100_000, "document 1 line 1: nested deeper than 64 levels"),
        ("[" * 66 + "]" * 66, "document 1 line 1: nested deeper than 64 levels"),
        ('{"a": 12345678901234567890}', "document 1 line 1: not JSON: this number is too large"),
        ('{"a": 1' + "0" * 100_000 + "}", "document 1 line 1: not JSON"),
    ],
)
def test_json_is_as_strict(text: str, said: str):
    (found,) = refused(text, "x.json")
    assert found.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "a: EAASECRET: x",
        "a: *EAASECRET",
        "a: !EAASECRET x",
        "'EAASECRET': 1\nx: [",
        "{EAASECRET",
        '"EAASECRET\\z"',
        "%EAASECRET",
    ],
)
def test_what_stands_in_a_text_is_not_repeated(text: str):
    assert "EAASECRET" not in " ".join(refused(text))


@given(raw=st.binary(max_size=200), file=st.sampled_from(["x.yaml", "x.json"]))
def test_any_bytes_are_read_or_refused(raw: bytes, file: str):
    documents, problems = read_documents(raw, file)
    for document in documents:
        assert document.place.file == file
        assert document.at("a.b[0]").line > 0
    for problem in problems:
        assert str(problem)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=st.dictionaries(st.text(), JSON, max_size=4))
def test_json_comes_back_as_it_was(value: dict[str, object]):
    assert values(json.dumps(value), "x.json") == [value]
