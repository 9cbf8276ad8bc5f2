"""Fields that tell who somebody is: left out, hashed or written, each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.context import Person
from pagewire_logging.line import Line, Occasion, line_of
from pagewire_logging.redaction import masked, shown
from tests.pagewire_logging.making import HARBOUR, NOW, PERSON, SECRETS, config, message, telling

KEY = b"correct horse battery staple"
TEXTS = [
    ("call +44 20 7946 0958 now", "call [phone] now"),
    ("(030) 901820-12", "[phone]"),
    ("0171.555.1234", "[phone]"),
    ("٠٧٩٠٠١٢٣٤٥٦", "[phone]"),
    ("ali@cave.example, or Ali.Baba+x@mail.cave.example!", "[email], or [email]"),
    ("write to <ali@cave.example>", "write to <[email]>"),
    ("at 9, table 12, 2026", "at 9, table 12, 2026"),
    ("size 42, 3 pairs, 129.90", "size 42, 3 pairs, 129.90"),
    ("mail me @cave", "mail me @cave"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_numbers_and_addresses_are_masked(text: str, expected: str) -> None:
    assert masked(text, False, False, KEY) == expected


def test_each_by_itself() -> None:
    text = "020 7946 0958 ali@cave.example"
    assert masked(text, True, False, KEY) == "020 7946 0958 [email]"
    assert masked(text, False, True, KEY) == "[phone] ali@cave.example"
    assert masked(text, True, True, KEY) == text


def test_the_same_number_has_the_same_hash_however_it_is_written() -> None:
    one, other = (masked(text, "hashed", "hashed", KEY) for text in ("020 7946 0958", "(020) 7946-0958"))
    assert one == other
    assert one.startswith("[phone:")
    assert one != masked("020 7946 0958", "hashed", "hashed", b"another key of 16 bytes")
    assert masked("Ali@Cave.example", False, "hashed", KEY) == masked("ali@cave.example", False, "hashed", KEY)


def test_without_a_key_nothing_is_hashed() -> None:
    assert masked("020 7946 0958", "hashed", False, None) == "[phone]"
    assert shown("sesame", "hashed", None) is None


@given(st.text(max_size=200))
def test_a_text_without_digits_and_at_stays_as_it_is(text: str) -> None:
    if "@" not in text and not any(one.isdigit() for one in text):
        assert masked(text, False, False, KEY) == text


def test_hashed_fields_tell_equal_from_different_and_no_more() -> None:
    found = _hashed()
    assert found == _hashed()
    assert [secret for secret in SECRETS if secret in str(found)] == []
    assert str(found).count("hashed:") == 4


def _hashed() -> Line:
    include = {"text": "hashed", "profile": "hashed", "attachmentUrls": "hashed"}
    chosen = config(include=include, hashIds={"key": KEY.decode()})
    occasion = Occasion(account=HARBOUR, attempt=1, time=NOW, key=KEY, person=Person(id=PERSON, first_name="Ali-Baba"))
    return line_of(telling(), occasion, chosen.include)


def test_a_text_that_is_written_holds_no_number_unless_asked_for() -> None:
    include = {"text": True}
    chosen = config(include=include).include
    occasion = Occasion(account=HARBOUR, attempt=1, time=NOW)
    reply = {"payload": "+442079460958"}
    found = line_of(message(text="I am on 020 7946 0958", quick_reply=reply), occasion, chosen)
    assert (found.text, found.payload) == ("I am on [phone]", "[phone]")
    both = line_of(message(text="020 7946 0958"), occasion, config(include={**include, "phones": True}).include)
    assert both.text == "020 7946 0958"
