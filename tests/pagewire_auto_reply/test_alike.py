"""Questions that are alike, and languages: what is told, and what is left open."""

import pytest

from pagewire_auto_reply.languages import detect
from pagewire_auto_reply.shapes import Faq
from pagewire_auto_reply.similarity import Questions

SHOP = [
    ["What are your opening hours?", "When are you open?", "Are you open on Sundays?"],
    ["Do you ship abroad?", "How long does delivery take?", "What does shipping cost?"],
    ["How can I return something?", "Can I get my money back?", "I want a refund"],
    ["Where are you?", "What is your address?", "How do I find your shop?"],
    ["Do you have gift cards?", "Can I buy a voucher?"],
    ["Can I pay by card?", "Which payment methods do you take?"],
]
LEAST = Faq.__struct_defaults__[-1]
ASKED = [
    (0, "when do you open"),
    (0, "opening hours pls"),
    (0, "are you open tomorow?"),
    (1, "how much is shipping"),
    (1, "delivery time?"),
    (1, "shipping costs to Spain?"),
    (2, "i'd like a refund please"),
    (2, "how do i return my shoes"),
    (3, "whats your adress"),
    (3, "where is your shop"),
    (4, "do you sell gift cards"),
    (5, "can i pay with credit card"),
]
NOT_ASKED = [
    "hello",
    "my dog is ill",
    "do you have this in blue",
    "how are you",
    "can you call me back",
    "",
    "👍",
    "x" * 5000,
]


@pytest.mark.parametrize(("entry", "text"), ASKED)
def test_a_question_in_other_words_finds_its_entry(entry: int, text: str) -> None:
    nearest = Questions(SHOP).nearest(text)
    assert nearest is not None
    assert (nearest.entry, nearest.score >= LEAST) == (entry, True)


@pytest.mark.parametrize("text", NOT_ASKED)
def test_what_nobody_asked_finds_none(text: str) -> None:
    nearest = Questions(SHOP).nearest(text)
    assert nearest is None or nearest.score < LEAST


def test_the_same_words_are_wholly_alike() -> None:
    nearest = Questions(SHOP).nearest("which PAYMENT methods do you take")
    assert nearest is not None
    assert (nearest.entry, round(nearest.score, 6)) == (5, 1.0)


ALL = ("en", "pt", "es", "fr", "de", "it", "nl", "ja", "zh", "ru", "uk", "ar")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("When are you open?", "en"),
        ("Quando é que vocês estão abertos?", "pt"),
        ("¿Cuándo están abiertos?", "es"),
        ("Quand êtes-vous ouvert ?", "fr"),
        ("Wann haben Sie geöffnet?", "de"),
        ("Quando siete aperti, per favore? Grazie", "it"),
        ("Wanneer zijn jullie open?", "nl"),
        ("営業時間は？", "ja"),
        ("营业时间", "zh"),
        ("Когда вы открыты?", "ru"),
        ("Коли ви відчинені?", "uk"),
        ("متى تفتحون؟", "ar"),
        ("ok", None),
        ("", None),
        ("สวัสดี", None),
    ],
)
def test_a_language_is_told_or_left_open(text: str, language: str | None) -> None:
    assert detect(text, None, ALL) == language


@pytest.mark.parametrize(
    ("nlp", "language"),
    [
        ({"detected_locales": [{"locale": "pt_XX", "confidence": 0.9}]}, "pt"),
        ({"detected_locales": [{"locale": "pt_XX", "confidence": 0.2}]}, "en"),
        ({"detected_locales": [{"locale": "tl_XX", "confidence": 0.9}]}, None),
        ({"detected_locales": "pt"}, "en"),
        ({"detected_locales": [{"locale": 7}]}, "en"),
        (None, "en"),
    ],
)
def test_what_meta_found_goes_first_if_it_is_sure(nlp: object, language: str | None) -> None:
    assert detect("where are you", nlp, ALL) == language
