"""Recognising our own messages where no metadata tells."""

import pytest

from pagewire.replies import (
    ButtonTemplate,
    LikeHeart,
    Media,
    PostbackButton,
    RawMessage,
    Reply,
    SenderAction,
    Text,
    UtilityMessage,
)
from pagewire_gateway.outbox.compose import may_be

BUTTONS = ButtonTemplate(text="What now?", buttons=(PostbackButton(title="Buy", payload="BUY"),))


@pytest.mark.parametrize(
    ("reply", "text", "has_attachments", "expected"),
    [
        (Text(text=" hi "), "hi", False, True),
        (Text(text="hi"), "ho", False, False),
        (Media(media="image", url="https://cdn.example.com/a.png"), None, True, True),
        (Media(media="image", url="https://cdn.example.com/a.png"), "hi", False, False),
        (BUTTONS, "What now?", False, True),
        (BUTTONS, "", True, True),
        (BUTTONS, "hi", False, False),
        (RawMessage(message={"text": "as it is"}), "as it is", False, True),
        (RawMessage(message={"text": "as it is"}), "else", True, False),
        (RawMessage(message={"sticker_id": 5}), "else", False, False),
        (LikeHeart(), "", False, True),
        (LikeHeart(), "hi", False, False),
        (UtilityMessage(name="a", language="en"), "Parcel A-77 left.", False, True),
        (SenderAction(action="typing_on"), "", True, False),
    ],
)
def test_a_message_of_ours_may_be_the_reply(
    reply: Reply, text: str | None, has_attachments: bool, expected: bool
) -> None:
    assert may_be(reply, text, has_attachments=has_attachments) is expected
