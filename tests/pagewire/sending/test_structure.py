"""What no table says: parts that exclude or need each other, addresses, numbers and names."""

from typing import Any

import msgspec
import pytest

from pagewire.replies import (
    ButtonTemplate,
    CouponTemplate,
    Element,
    GameButton,
    GameMetadata,
    GenericTemplate,
    GridImage,
    Image,
    ImageGridTemplate,
    Images,
    InformationTemplate,
    LoginButton,
    Media,
    MediaTemplate,
    Moderate,
    PhoneButton,
    ProductTemplate,
    RawMessage,
    React,
    ReceiptLine,
    Reply,
    ReplyError,
    SenderAction,
    Sticker,
    Summary,
    Text,
    ThreadControl,
    ToComment,
    UrlAction,
    UrlButton,
    UtilityMessage,
    check,
)
from pagewire.surfaces import Surface
from tests.pagewire.sending.examples import CDN, FEEDBACK, PICTURE, POSTBACK, QUESTION, RECEIPT, buttons

replace = msgspec.structs.replace
INFORMATION = InformationTemplate(countries=("US",), privacy_url="https://example.com/privacy")
BYTES = Media(media="image", content=b"x", filename="a.png", content_type="image/png")


def card(**fields: Any) -> GenericTemplate:
    return GenericTemplate(elements=(Element(**{"title": "Mug"} | fields),))


def grid(*images: GridImage, **fields: Any) -> ImageGridTemplate:
    return ImageGridTemplate(images=images or (GridImage(url=PICTURE),) * 2, **fields)


def page(**fields: Any) -> ButtonTemplate:
    return buttons(UrlButton(**{"title": "Shop", "url": "https://shop.example.com"} | fields))


PROBLEMS: list[tuple[Reply, str]] = [
    (Media(media="image"), "media needs exactly one of url, attachment_id and content"),
    (Media(media="image", url=PICTURE, attachment_id="1"), "media needs exactly one of"),
    (Media(media="image", attachment_id=" "), "attachment_id must not be empty"),
    (Media(media="image", attachment_id="1", reuse=True), "reuse goes with url"),
    (Media(media="image", url="https://me:pw@cdn.example.com/a.png"), "url must be a public https address"),
    (Media(media="image", url="https://cdn.example.com/a b.png"), "url must be a public https address"),
    (replace(BYTES, content=b""), "content must not be empty"),
    (
        replace(BYTES, content=bytes(25 * 1024 * 1024 + 1)),
        "content has 26214401 bytes; Messenger takes at most 26214400",
    ),
    (replace(BYTES, filename=""), "filename must name the file"),
    (replace(BYTES, filename='a".png'), "filename must name the file"),
    (replace(BYTES, filename="../a.png"), "filename must name the file"),
    (replace(BYTES, content_type="png"), "content_type must be a MIME type"),
    (replace(BYTES, content_type="image/png\r\nX: y"), "content_type must be a MIME type"),
    (replace(BYTES, content_type="video/mp4"), "content_type video/... does not fit media image"),
    (replace(BYTES, content_type="image/webp"), "content_type is image/webp; Messenger takes image/gif, image/jpeg"),
    (Sticker(sticker_id=0), "sticker_id must be a number"),
    (RawMessage(message={}), "message needs exactly one of text, attachment"),
    (RawMessage(message={"text": "a", "sticker_id": 5}), "message needs exactly one of text, attachment"),
    (RawMessage(message={"text": "a", "metadata": "mine"}), "message.metadata is the gateway's own"),
    (card(), "elements[0] needs something besides its title"),
    (card(image_url="http://cdn.example.com/a.png"), "elements[0].image_url must be a public https address"),
    (card(default_action=UrlAction(url="mailto:a@b")), "elements[0].default_action.url must be an http or https"),
    (page(url="shop.example.com"), "buttons[0].url must be an http or https address"),
    (page(url="http://shop.example.com", messenger_extensions=True), "buttons[0].url must be a public https"),
    (page(fallback_url="x"), "buttons[0].fallback_url must be"),
    (buttons(PhoneButton(title="Call", payload="555 0100")), "buttons[0].payload must be a phone number"),
    (buttons(LoginButton(url="http://shop.example.com")), "buttons[0].url must be a public https address"),
    (
        buttons(GameButton(title="Play", payload="1", game_metadata=GameMetadata())),
        "buttons[0].game_metadata needs exactly one of",
    ),
    (ButtonTemplate(text="  ", buttons=(POSTBACK,)), "text must not be empty"),
    (MediaTemplate(media_type="image"), "MediaTemplate needs exactly one of attachment_id and url"),
    (MediaTemplate(media_type="image", url=PICTURE), "url must be on facebook.com"),
    (MediaTemplate(media_type="image", url="https://notfacebook.com/x"), "url must be on facebook.com"),
    (grid(*[GridImage(url=PICTURE, is_hero_image=True)] * 2), "images: only one of them may be the hero image"),
    (grid(buttons=(PhoneButton(title="Call", payload="+15555550100"),)), "buttons[0] must be a UrlButton or"),
    (ProductTemplate(product_ids=("",)), "product_ids[0] must not be empty"),
    (replace(RECEIPT, currency="euro"), "currency must be an ISO 4217 code"),
    (replace(RECEIPT, recipient_name=""), "recipient_name must not be empty"),
    (
        replace(RECEIPT, summary=Summary(total_cost=float("nan"))),
        "total_cost must be a finite number",
    ),
    (replace(RECEIPT, summary=Summary(total_cost=1, subtotal=float("inf"))), "subtotal must be a finite number"),
    (replace(RECEIPT, timestamp=-1), "timestamp must be seconds"),
    (replace(RECEIPT, elements=(ReceiptLine(title="", price=1),)), "elements[0].title must not be empty"),
    (CouponTemplate(title="10 %"), "CouponTemplate needs coupon_code, coupon_url or both"),
    (CouponTemplate(title="10 %", coupon_code="T EN"), "coupon_code must not hold spaces"),
    (replace(FEEDBACK, title="see www.example.com"), "title must not hold a URL"),
    (replace(FEEDBACK, question=replace(QUESTION, id="q-1")), "question.id takes letters, digits and underscores"),
    (replace(FEEDBACK, question=replace(QUESTION, type="nps", score_option="five_stars")), "question.score_option of"),
    (replace(INFORMATION, countries=()), "countries must not be empty"),
    (replace(INFORMATION, countries=("usa",)), "countries[0] must be two capital letters"),
    (UtilityMessage(name="", language="en"), "name must not be empty"),
    (UtilityMessage(name="a", language="en", to=ToComment(comment_id="1")), "to: utility messages go to the person"),
    (Text(text="a", to=ToComment(comment_id="")), "to.comment_id must not be empty"),
    (Text(text="a", thread_control=ThreadControl(control_type="release", app_id="1")), "thread_control.app_id goes"),
    (SenderAction(action="mark_seen", persona_id="1"), "persona_id goes with typing only"),
    (React(message_id="m", reaction=""), "reaction must not be empty"),
    (Moderate(actions=()), "actions must not be empty"),
    (Moderate(actions=("block_user", "unblock_user")), "actions must not undo each other"),
    (Moderate(actions=("block_user", "move_to_spam", "ban_user")), "actions takes at most 2"),
]


@pytest.mark.parametrize(("reply", "why"), PROBLEMS, ids=[why for _, why in PROBLEMS])
def test_refused_naming_the_field(reply: Reply, why: str) -> None:
    with pytest.raises(ReplyError) as caught:
        check(reply, Surface.MESSENGER)
    assert str(caught.value).startswith(why)


@pytest.mark.parametrize(
    "image",
    [Image(), Image(url=PICTURE, attachment_id="1"), Image(url="http://cdn.example.com"), Image(attachment_id="")],
)
def test_each_of_several_images_is_looked_at(image: Image) -> None:
    with pytest.raises(ReplyError, match=r"^images\[1\]"):
        check(Images(images=(Image(url=f"{CDN}/1.png"), image)), Surface.INSTAGRAM)


@pytest.mark.parametrize(
    "reply",
    [
        MediaTemplate(media_type="video", url="https://www.facebook.com/harbour/videos/1"),
        replace(BYTES, media="file", filename="été.bin", content_type="application/octet-stream"),
        Moderate(actions=("block_user", "move_to_spam")),
        Text(text="a", thread_control=ThreadControl(control_type="pass", app_id="263902037430900")),
    ],
)
def test_fine(reply: Reply) -> None:
    assert check(reply, Surface.MESSENGER) == ()


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (
            replace(BYTES, content=bytes(8 * 1024 * 1024 + 1)),
            "content has 8388609 bytes; Instagram takes at most 8388608",
        ),
        (
            replace(BYTES, media="file", content_type="application/zip"),
            "content_type is application/zip; Instagram takes",
        ),
        (
            replace(BYTES, media="audio", content_type="audio/ogg"),
            "content_type is audio/ogg; Instagram takes audio/aac",
        ),
    ],
)
def test_instagram_takes_less(reply: Reply, why: str) -> None:
    with pytest.raises(ReplyError) as caught:
        check(reply, Surface.INSTAGRAM)
    assert str(caught.value).startswith(why)
