"""What a plugin may ask for: limits of the Send API, and a way into storage and back."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.replies import (
    CONTENT_BYTES,
    INSTAGRAM_TEXT_BYTES,
    QUICK_REPLIES,
    QUICK_REPLY_PAYLOAD,
    QUICK_REPLY_TITLE,
    REPLIES,
    TEXT_CHARACTERS,
    Media,
    QuickReply,
    Reply,
    ReplyError,
    SenderAction,
    Text,
    check,
    decode,
    encode,
    normalise,
)
from pagewire.surfaces import Surface
from tests.pagewire.bounded import BOUNDED

PAGE, INSTAGRAM = Surface.MESSENGER, Surface.INSTAGRAM
BUTTON = QuickReply(title="Small", payload="SIZE_S")


def problem(reply: Any, surface: Surface = PAGE) -> str | None:
    try:
        check(reply, surface)
    except ReplyError as error:
        return str(error)
    return None


def with_button(**fields: Any) -> Text:
    return Text(text="Pick one", quick_replies=(QuickReply(**{"title": "Small", "payload": "SIZE_S", **fields}),))


FINE: list[tuple[Reply, str]] = [
    (Text(text="a" * 2000), PAGE),
    (Text(text="🎉" * 1000), PAGE),
    (Text(text="a" * 1000), INSTAGRAM),
    (Text(text="🎉" * 250), INSTAGRAM),
    (Text(text="x", quick_replies=(BUTTON,) * 13), PAGE),
    (Text(text="x", quick_replies=(BUTTON,) * 13), INSTAGRAM),
    (with_button(title="a" * 20, payload="p" * 1000), PAGE),
    (with_button(title="", image_url="https://cdn.example.com/s.png"), PAGE),
    (Text(text="x", quick_replies=(QuickReply(content_type="user_email"),)), PAGE),
    (Media(media="image", url="https://cdn.example.com/a.png"), INSTAGRAM),
    (Media(media="file", url="http://127.0.0.1:8080/a.pdf"), PAGE),
    (Media(media="file", url="http://[::1]:8080/a.pdf"), PAGE),
    (SenderAction(action="typing_on"), INSTAGRAM),
]

REFUSED: list[tuple[Any, str, str]] = [
    (Text(text=""), PAGE, "text must not be empty"),
    (Text(text=" \n\t"), INSTAGRAM, "text must not be empty"),
    (Text(text="a" * 2001), PAGE, "text has 2001 characters; Messenger takes at most 2000"),
    (Text(text="🎉" * 1001), PAGE, "text has 2002 characters; Messenger takes at most 2000"),
    (Text(text="a" * 1001), INSTAGRAM, "text has 1001 bytes; Instagram takes at most 1000"),
    (Text(text="🎉" * 251), INSTAGRAM, "text has 1004 bytes; Instagram takes at most 1000"),
    (Text(text="half \ud83c"), PAGE, "half a surrogate pair"),
    (Text(text=5), PAGE, "$.text"),  # type: ignore[arg-type]
    (Text(text=object()), PAGE, "cannot be stored"),  # type: ignore[arg-type]
    (Text(text="x", quick_replies=(BUTTON,) * 14), PAGE, "quick_replies has 14 entries; Messenger takes at most 13"),
    (Text(text="x", quick_replies=("Small",)), PAGE, "$.quick_replies[0]"),  # type: ignore[arg-type]
    (with_button(title=""), PAGE, "quick_replies[0].title must not be empty"),
    (with_button(title="a" * 21), PAGE, "quick_replies[0].title has 21 characters"),
    (with_button(payload=""), PAGE, "quick_replies[0].payload must not be empty"),
    (with_button(payload="p" * 1001), INSTAGRAM, "quick_replies[0].payload has 1001 characters"),
    (
        with_button(image_url="http://cdn.example.com/s.png"),
        PAGE,
        "quick_replies[0].image_url must be a public https address",
    ),
    (with_button(image_url="https://cdn.example.com/s.png"), INSTAGRAM, "image_url exists on Messenger only"),
    (with_button(content_type="user_email"), PAGE, "takes neither title nor payload"),
    (with_button(content_type="location"), PAGE, "$.quick_replies[0].content_type"),
    (
        Text(text="x", quick_replies=(QuickReply(content_type="user_phone_number"),)),
        INSTAGRAM,
        "quick_replies[0].content_type: quick reply user_phone_number ended on 2026-10-05",
    ),
    (Media(media="gif", url="https://cdn.example.com/a.gif"), PAGE, "$.media"),  # type: ignore[arg-type]
    (Media(media="image", url="http://cdn.example.com/a.png"), PAGE, "url must be a public https address"),
    (Media(media="image", url="http://127.0.0.1.example.com/a.png"), PAGE, "url must be a public https address"),
    (Media(media="image", url="https://"), PAGE, "url must be a public https address"),
    (Media(media="image", url="https://[::"), PAGE, "url must be a public https address"),
    (Media(media="image", url="file:///etc/passwd"), PAGE, "url must be a public https address"),
    (SenderAction(action="dance"), PAGE, "$.action"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("reply", "surface"), FINE)
def test_fine(reply: Reply, surface: Surface) -> None:
    assert problem(reply, surface) is None


@pytest.mark.parametrize(("reply", "surface", "why"), REFUSED)
def test_refused_with_its_field_and_limit(reply: Any, surface: Surface, why: str) -> None:
    found = problem(reply, surface)
    assert found is not None
    assert why in found


texts = st.text(min_size=1, max_size=2100) | st.builds(
    lambda part, times: part * times, st.text(min_size=1, max_size=3), st.integers(1, 2100)
)
urls = st.sampled_from(
    ["https://cdn.example.com/a", "http://localhost:1/a", "http://cdn.example.com", "", "x", "https://[::"]
)
quick_replies = st.builds(
    QuickReply,
    title=st.text(max_size=22),
    payload=st.text(max_size=4) | st.integers(999, 1001).map(lambda size: "p" * size),
    image_url=st.none() | urls,
    content_type=st.sampled_from(["text", "text", "text", "user_email", "user_phone_number"]),
)
replies = (
    st.builds(Text, text=texts, quick_replies=st.lists(quick_replies, max_size=15).map(tuple))
    | st.builds(Media, media=st.sampled_from(["image", "audio", "video", "file"]), url=urls)
    | st.builds(SenderAction, action=st.sampled_from(["typing_on", "typing_off", "mark_seen"]))
)
objects = st.sampled_from([PAGE, INSTAGRAM])


@BOUNDED
@given(texts, objects)
def test_a_text_is_fine_exactly_within_the_limit(text: str, surface: Surface) -> None:
    if surface == INSTAGRAM:
        fits = len(text.encode()) <= INSTAGRAM_TEXT_BYTES
    else:
        fits = sum(2 if ord(character) > 0xFFFF else 1 for character in text) <= TEXT_CHARACTERS
    assert (problem(Text(text=text), surface) is None) == (fits and bool(text.strip()))


@BOUNDED
@given(st.lists(quick_replies, max_size=15), objects)
def test_quick_replies_are_fine_exactly_within_the_limits(quick: list[QuickReply], surface: Surface) -> None:
    fits = len(quick) <= QUICK_REPLIES and all(_fits(one, surface) for one in quick)
    assert (problem(Text(text="x", quick_replies=tuple(quick)), surface) is None) == fits


def _fits(quick: QuickReply, surface: Surface) -> bool:
    if surface == INSTAGRAM and (quick.content_type != "text" or quick.image_url):
        return False
    if quick.content_type != "text":
        return not (quick.title or quick.payload or quick.image_url)
    named = 0 < len(quick.title.encode("utf-16-le")) // 2 <= QUICK_REPLY_TITLE or (
        not quick.title and bool(quick.image_url)
    )
    shown = quick.image_url in (None, "https://cdn.example.com/a", "http://localhost:1/a")
    return named and shown and 0 < len(quick.payload) <= QUICK_REPLY_PAYLOAD


@BOUNDED
@given(replies)
def test_what_is_stored_comes_back(reply: Reply) -> None:
    assert decode(encode(reply)) == reply


@BOUNDED
@given(replies, objects)
def test_a_refusal_holds_no_message_text(reply: Reply, surface: Surface) -> None:
    secret = "xyzzy-secret"
    hidden = msgspec.structs.replace(reply, text=secret + reply.text) if isinstance(reply, Text) else reply
    assert secret not in (problem(hidden, surface) or "")


@BOUNDED
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3), max_leaves=5
    )
)
def test_fields_of_any_type_are_checked_and_never_crash(value: Any) -> None:
    for made in (Text(text=value), Text(text="x", quick_replies=value), Media(media="image", url=value)):
        check_ = problem(made)
        assert check_ is None or check_


def test_what_cannot_be_stored_says_so() -> None:
    with pytest.raises(ReplyError, match="half a surrogate pair"):
        encode(Text(text="\ud800"))
    with pytest.raises(ReplyError, match="cannot be stored"):
        encode(Text(text=object()))  # type: ignore[arg-type]


def test_what_is_no_reply_does_not_come_back() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(b'{"type":"dance"}')


def made() -> Iterator[Reply]:
    yield SenderAction(action="typing_on")
    yield Text(text="a")


@pytest.mark.parametrize(
    ("returned", "count"),
    [
        (None, 0),
        ((), 0),
        (Text(text="a"), 1),
        ([Text(text="a")], 1),
        (made(), 2),
        ((Text(text="a"),) * REPLIES, REPLIES),
    ],
)
def test_normalise(returned: Any, count: int) -> None:
    found = normalise(returned)
    assert isinstance(found, tuple)
    assert len(found) == count


@pytest.mark.parametrize(
    "returned", ["hello", b"hello", 5, True, {"text": "a"}, ["hello"], [None], [[Text(text="a")]], made]
)
def test_what_is_no_reply_is_refused_with_advice(returned: Any) -> None:
    with pytest.raises(ReplyError, match=r"wrap a text as Text\(text="):
        normalise(returned)


def test_a_hook_that_never_stops_replying_is_stopped() -> None:
    def endless() -> Iterator[Reply]:
        while True:
            yield Text(text="a")

    with pytest.raises(ReplyError, match=f"at most {REPLIES} replies"):
        normalise(endless())


def test_attachments_of_one_answer_have_an_end() -> None:
    large = Media(media="file", content=bytes(CONTENT_BYTES // 2), filename="a.bin", content_type="application/zip")
    assert len(normalise([large, large])) == 2
    with pytest.raises(ReplyError, match="the outbox takes at most"):
        normalise([large, large, msgspec.structs.replace(large, content=b"x")])
