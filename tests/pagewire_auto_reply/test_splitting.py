"""Long texts: every part is one Meta takes, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.replies import Text, check
from pagewire.surfaces import surface_of
from pagewire_auto_reply.splitting import split

CHARACTERS = st.sampled_from(
    [*"aé世", "😀", "👨‍👩‍👧", "🇵🇹", "e\u0301", " ", "  ", "\n", "\n\n", ". ", "。", "word ", "x" * 400]
)
LONG = st.lists(CHARACTERS, max_size=400).map("".join)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(LONG, st.sampled_from(["page", "instagram"]))
def test_every_part_is_taken_and_nothing_but_space_is_lost(text: str, object_: str) -> None:
    parts = split(text, object_)
    for part in parts:
        check(Text(text=part), surface_of(object_))
    assert squeezed("".join(parts)) == squeezed(text)


@given(LONG)
def test_a_short_text_stays_whole(text: str) -> None:
    short = text[:240].strip()
    assert split(short, "instagram") == ((short,) if short else ())


@given(st.lists(st.sampled_from(["https://shop.example/a?b=c", "word", "👨‍👩‍👧", "🇵🇹🇪🇸"]), min_size=1, max_size=300))
def test_words_and_addresses_are_never_cut(words: list[str]) -> None:
    assert [word for part in split(" ".join(words), "instagram") for word in part.split()] == words


@pytest.mark.parametrize(
    ("cluster", "object_"), [("👨‍👩‍👧", "page"), ("🇵🇹", "page"), ("e\u0301", "instagram"), ("👍🏽", "instagram")]
)
def test_a_visible_character_is_never_cut(cluster: str, object_: str) -> None:
    parts = split("." + cluster * 900, object_)
    assert len(parts) > 1
    assert all(part.removeprefix(".").replace(cluster, "") == "" for part in parts)


def test_a_character_larger_than_a_message_is_cut_all_the_same() -> None:
    assert "".join(split("a" + "\u0301" * 5000, "page")) == "a" + "\u0301" * 5000


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a " * 600 + "b" * 100 + "\n\n" + "c " * 500, "b" * 100),
        ("a " * 600 + "b" * 100 + "\n" + "c " * 500, "b" * 100),
        ("a " * 600 + "b" * 100 + ". " + "c " * 500, "b" * 100 + "."),
        ("a " * 600 + "好" * 100 + "。" + "c " * 500, "好" * 100 + "。"),
    ],
    ids=["paragraph", "line", "sentence", "sentence without space"],
)
def test_the_best_seam_in_the_second_half_is_taken(text: str, cut: str) -> None:
    assert split(text, "page")[0].endswith(cut)


@pytest.mark.parametrize(("size", "parts"), [(2000, 1), (2001, 2), (4000, 2), (4001, 3)])
def test_messenger_counts_utf16_units(size: int, parts: int) -> None:
    assert len(split("x" * size, "page")) == parts
    assert len(split("😀" * (size // 2) + "x" * (size % 2), "page")) == parts


@pytest.mark.parametrize(
    ("text", "parts"), [("x" * 1000, 1), ("é" * 501, 2), ("世" * 334, 2), ("😀" * 250, 1), ("😀" * 251, 2)]
)
def test_instagram_counts_bytes(text: str, parts: int) -> None:
    assert len(split(text, "instagram")) == parts
