"""Templates: what is written comes out, what is unknown takes its default."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_auto_reply.templates import VALUE_LIMIT, clean, template_of

ANYTHING = st.text(max_size=200)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}"), max_size=50)


@given(ANYTHING)
def test_any_text_is_a_template_or_refused(text: str) -> None:
    try:
        template = template_of(text, ["first_name"])
    except ValueError:
        return
    assert template.variables <= {"first_name"}
    assert template.fill({})


@given(ANYTHING.filter(lambda text: text.strip()))
def test_a_text_with_every_brace_doubled_comes_out_as_it_is(text: str) -> None:
    # "{{name}}" is held for a mistaken variable only if name is one.
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert template_of(doubled, ["first_name"]).fill({}) == text.strip() or "first_name" in text


@given(PLAIN, st.text(min_size=1, max_size=300), PLAIN)
def test_a_value_is_never_read_as_a_template(before: str, value: str, after: str) -> None:
    filled = template_of(f"x{before}{{first_name|there}}{after}x", ["first_name"]).fill({"first_name": value})
    assert filled == f"x{before}{clean(value) or 'there'}{after}x"


@given(st.text(max_size=500))
def test_a_value_is_one_short_line_without_control_characters(value: str) -> None:
    cleaned = clean(value)
    assert len(cleaned) <= VALUE_LIMIT
    assert len(cleaned.splitlines()) <= 1
    assert all(unicodedata.category(char)[0] != "C" or char in "\u200c\u200d" for char in cleaned)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("Hi {a}{b}!", {"a": "x"}, "Hi x!"),
        ("Hi {a} {b}!", {"b": "y"}, "Hi y!"),
        ("{a|Dear guest}, hello", {}, "Dear guest, hello"),
        ("{a| }x", {}, "x"),
        ("price: {{5}} {1|?}", {"1": "€"}, "price: {5} €"),
        ("{a|one|two}!", {}, "one|two!"),
        ("{ a }.", {"a": "x"}, "x."),
    ],
)
def test_fill(text: str, values: dict[str, str], expected: str) -> None:
    assert template_of(text, ["a", "b", "1"]).fill(values) == expected
