"""Keywords match whole words and phrases, whatever surrounds them."""

from hypothesis import given
from hypothesis import strategies as st

from pagewire_auto_reply.words import words_of

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WORDS = st.lists(st.text("abcßéñжの你1", min_size=1, max_size=6), min_size=1, max_size=5)
NOISE = st.text(" ,.;:!?-–—'’\"()/\n\t", min_size=1, max_size=4)


@given(ANYTHING)
def test_any_text_has_words_in_one_form(text: str) -> None:
    words = words_of(text)
    assert words == "" or (words.startswith(" ") and words.endswith(" ") and "  " not in words)
    assert words_of(words) == words


@given(st.data(), WORDS)
def test_a_phrase_is_found_whatever_stands_between_and_around(data: st.DataObject, phrase: list[str]) -> None:
    before, after = data.draw(WORDS), data.draw(WORDS)
    text = "".join(word.upper() + data.draw(NOISE) for word in [*before, *phrase, *after])
    assert words_of(" ".join(phrase)) in words_of(text)


@given(st.text("abcdefg", min_size=1, max_size=8), st.text("abcdefg", min_size=1, max_size=3))
def test_a_part_of_a_word_is_not_the_word(word: str, more: str) -> None:
    assert words_of(word) not in words_of(f"{word}{more}")
    assert words_of(word) not in words_of(f"{more}{word}".removeprefix(word) or "-") or more == word


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_the_short_way_for_ascii_finds_the_same_words(text: str) -> None:
    # A character outside ASCII makes the whole text go the long way; it parts no words and is one itself.
    assert words_of(text + " é") == (words_of(text).rstrip(" ") + " é ")
