"""A file becomes entries; what is wrong is told with file, document, line and field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.manifests.problems import Severity
from pagewire_gateway.registry.entries import SecretEntry
from pagewire_gateway.registry.reading import Reading, read
from pagewire_gateway.registry.sharing import Shared

HARBOUR = """\
apiVersion: v1
kind: Secret
metadata: {name: harbour-token, namespace: support}
stringData: {token: EAASECRET}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
---
# The Page.
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata:
  name: harbour
  namespace: support
spec:
  appRef: {name: acme}
  pageId: "108000000000001"
  plugins:
    - name: logging
    - nam: auto-reply
"""


def reading(text: str, file: str = "harbour.yaml") -> Reading:
    return read(text.encode(), file, Shared())


def told(text: str) -> list[str]:
    return [str(problem) for problem in reading(text).problems]


def secret(text: str) -> SecretEntry:
    (entry,) = reading(text).entries
    assert isinstance(entry, SecretEntry)
    return entry


def test_a_problem_names_file_document_resource_line_and_field():
    note, problem = reading(HARBOUR).problems
    assert (note.severity, str(note)) == (
        Severity.NOTE,
        "harbour.yaml document 2 line 6: not of pagewire.dev and not a Secret; left out",
    )
    assert str(problem) == (
        "harbour.yaml document 3 (MessengerPage support/harbour) line 21: "
        "spec.plugins[1].nam: unknown field; did you mean name?"
    )


def test_a_broken_document_leaves_the_rest_of_the_file():
    found = reading(HARBOUR)
    assert [str(entry) for entry in found.entries] == ["Secret support/harbour-token"]
    assert (found.broken, found.unreadable) == ({("MessengerPage", "support", "harbour")}, False)


def test_an_entry_knows_its_place():
    (entry,) = reading(HARBOUR).entries
    assert (entry.place.file, entry.place.document, entry.place.item, entry.place.line) == ("harbour.yaml", 1, 0, 1)


def test_the_items_of_a_list_are_documents():
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}\n"
        "- 1\n- kind: List\n  items: [2]\n"
    )
    found = reading(text)
    assert [(str(entry), entry.place.item, entry.place.line) for entry in found.entries] == [("Secret default/a", 1, 4)]
    assert told(text) == [
        "harbour.yaml document 1 item 2 line 7: expected a mapping with apiVersion and kind",
        "harbour.yaml document 1 item 1 line 9: expected a mapping with apiVersion and kind",
    ]
    assert found.unreadable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just text", "expected a mapping with apiVersion and kind"),
        ("a: 1", "not a Kubernetes document: apiVersion and kind are missing"),
        ("kind: MessengerPage", "apiVersion: is missing; write pagewire.dev/v1alpha1"),
        ("apiVersion: pagewire.dev/v1alpha1", "kind: pagewire.dev has no such kind; the kinds are"),
        ("{apiVersion: v1, kind: Secret, metadata: {}}", "metadata.name: is missing"),
        ("{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {x: '%'}}", "data.x: not base64"),
        ("{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {x: 123}}", "expected text, got a number"),
    ],
)
def test_what_is_no_resource_is_told(text: str, said: str):
    (found,) = told(text)
    assert said in found


def test_values_of_a_secret_are_text_without_space_around_and_string_data_wins():
    text = (
        "{apiVersion: v1, kind: Secret, metadata: {name: a},"
        ' data: {a: "c2VjcmV0Cg==", b: "c2Vj\\ncmV0", c: "/w==", d: "eA=="}, stringData: {d: " plain\\n", e: ""}}'
    )
    entry = secret(text)
    found = {key: value.reveal() if (value := entry.value(key)) else None for key in "abcdef"}
    assert found == {"a": "secret", "b": "secret", "c": None, "d": "plain", "e": "", "f": None}


def test_a_secret_may_be_empty():
    entry = secret("{apiVersion: v1, kind: Secret, metadata: {name: a}}")
    assert entry.value("a") is None


@pytest.mark.parametrize(
    "text",
    [
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {x: EAASECRET!}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: EAASECRET}",
        "{apiVersion: EAASECRET, kind: EAASECRET}",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  x: EAASECRET\n  x: EAASECRET\n",
    ],
)
def test_no_value_of_a_secret_is_told(text: str):
    found = reading(text)
    assert found.problems
    assert "EAASECRET" not in repr(found)


def test_equal_things_are_kept_once():
    shared = Shared()
    one, two = (
        read(HARBOUR.replace("nam:", "name:").replace("harbour", name).encode(), "x.yaml", shared).entries[1]
        for name in ("one", "two")
    )
    assert one.app is two.app  # type: ignore[attr-defined]
    assert one.plugins is two.plugins  # type: ignore[attr-defined]
    assert one.namespace is two.namespace


@given(raw=st.binary(max_size=100), cut=st.integers(0, len(HARBOUR)), put=st.integers(0, len(HARBOUR)))
def test_a_file_damaged_anywhere_is_read_or_refused(raw: bytes, cut: int, put: int):
    damaged = HARBOUR.encode()[:cut] + raw + HARBOUR.encode()[put:]
    found = read(damaged, "harbour.yaml", Shared())
    assert found.unreadable <= bool(found.problems)
    assert len(found.broken) <= len(found.problems)
