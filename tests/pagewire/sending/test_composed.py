"""Replies as Meta's own samples show them."""

import json
from typing import Any

import msgspec
import pytest

from pagewire.replies import (
    Address,
    Adjustment,
    CouponTemplate,
    Element,
    FeedbackTemplate,
    FollowUp,
    GenericTemplate,
    GridImage,
    Image,
    ImageGridTemplate,
    Images,
    InformationTemplate,
    LikeHeart,
    Media,
    MediaShare,
    MediaTemplate,
    PayloadParameter,
    PostbackAction,
    PostbackButton,
    ProductTemplate,
    Question,
    QuickReply,
    ReceiptLine,
    ReceiptTemplate,
    ReplyError,
    Sending,
    Sticker,
    Summary,
    Terms,
    Text,
    TextParameter,
    ThreadControl,
    ToComment,
    ToPost,
    UrlAction,
    UrlButton,
    UtilityMessage,
    compose,
)
from pagewire.surfaces import Surface
from tests.pagewire.sending.examples import EXAMPLES, Feature

PSID = "6412300000000001"
CDN = "https://cdn.example.com"


def sent(reply: Sending, surface: Surface) -> dict[str, Any]:
    """The body as Meta reads it."""
    metadata = "pw1" if surface.is_instagram else None  # which is not sent there
    found: dict[str, Any] = json.loads(msgspec.json.encode(compose(reply, PSID, surface, metadata=metadata)))
    return found


def template(**payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


MESSAGES: list[tuple[Sending, dict[str, Any]]] = [
    (Text(text="hello"), {"text": "hello"}),
    (
        Text(
            text="Pick a size",
            quick_replies=(
                QuickReply(title="Small", payload="SIZE_S", image_url=f"{CDN}/s.png"),
                QuickReply(content_type="user_phone_number"),
            ),
        ),
        {
            "text": "Pick a size",
            "quick_replies": [
                {"content_type": "text", "title": "Small", "payload": "SIZE_S", "image_url": f"{CDN}/s.png"},
                {"content_type": "user_phone_number"},
            ],
        },
    ),
    (
        Media(media="image", url=f"{CDN}/a.png", reuse=True),
        {"attachment": {"type": "image", "payload": {"url": f"{CDN}/a.png", "is_reusable": True}}},
    ),
    (
        Media(media="file", attachment_id="1857700000000001"),
        {"attachment": {"type": "file", "payload": {"attachment_id": "1857700000000001"}}},
    ),
    (
        Media(media="file", content=b"x", filename="a.pdf", content_type="application/pdf"),
        {"attachment": {"type": "file", "payload": {"is_reusable": True}}},
    ),
    (
        Images(images=(Image(url=f"{CDN}/1.jpg"), Image(attachment_id="1857700000000001"))),
        {
            "attachments": [
                {"type": "image", "payload": {"url": f"{CDN}/1.jpg"}},
                {"type": "image", "payload": {"attachment_id": "1857700000000001"}},
            ]
        },
    ),
    (LikeHeart(), {"attachment": {"type": "like_heart"}}),
    (MediaShare(post_id="1789"), {"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "1789"}}}),
    (Sticker(sticker_id=767200000000001), {"sticker_id": 767200000000001}),
    (
        GenericTemplate(
            elements=(
                Element(
                    title="Blue mug",
                    subtitle="350 ml",
                    image_url=f"{CDN}/mug.png",
                    default_action=UrlAction(url="https://shop.example.com/mug", webview_height_ratio="tall"),
                    buttons=(PostbackButton(title="Buy", payload="BUY_MUG"),),
                ),
            ),
            quick_replies=(QuickReply(title="More", payload="MORE"),),
        ),
        template(
            template_type="generic",
            elements=[
                {
                    "title": "Blue mug",
                    "subtitle": "350 ml",
                    "image_url": f"{CDN}/mug.png",
                    "default_action": {
                        "type": "web_url",
                        "url": "https://shop.example.com/mug",
                        "webview_height_ratio": "tall",
                    },
                    "buttons": [{"type": "postback", "title": "Buy", "payload": "BUY_MUG"}],
                }
            ],
        )
        | {"quick_replies": [{"content_type": "text", "title": "More", "payload": "MORE"}]},
    ),
    (
        MediaTemplate(media_type="image", attachment_id="18577", sharable=True),
        template(template_type="media", sharable=True, elements=[{"media_type": "image", "attachment_id": "18577"}]),
    ),
    (
        ImageGridTemplate(
            title="New in",
            subtitle="Autumn",
            images=(
                GridImage(url=f"{CDN}/1.png", is_hero_image=True, action=UrlAction(url="https://shop.example.com/1")),
                GridImage(url=f"{CDN}/2.png", action=PostbackAction(payload="IMG_2")),
            ),
            buttons=(UrlButton(title="Shop", url="https://shop.example.com"),),
        ),
        template(
            template_type="image_grid",
            elements=[
                {
                    "title": "New in",
                    "subtitle": "Autumn",
                    "images": [
                        {
                            "url": f"{CDN}/1.png",
                            "is_hero_image": True,
                            "action": {"type": "web_url", "url": "https://shop.example.com/1"},
                        },
                        {"url": f"{CDN}/2.png", "action": {"type": "postback", "payload": "IMG_2"}},
                    ],
                    "buttons": [{"type": "web_url", "title": "Shop", "url": "https://shop.example.com"}],
                }
            ],
        ),
    ),
    (
        ReceiptTemplate(
            recipient_name="A. Customer",
            order_number="A-77",
            currency="EUR",
            payment_method="Card 1234",
            timestamp=1790000000,
            elements=(ReceiptLine(title="Blue mug", quantity=2, price=9.5, currency="EUR"),),
            address=Address(street_1="1 Main St", city="Town", postal_code="00000", state="XX", country="US"),
            summary=Summary(subtotal=19, shipping_cost=4, total_tax=2, total_cost=25),
            adjustments=(Adjustment(name="Welcome", amount=5),),
        ),
        template(
            template_type="receipt",
            recipient_name="A. Customer",
            order_number="A-77",
            currency="EUR",
            payment_method="Card 1234",
            timestamp="1790000000",
            elements=[{"title": "Blue mug", "quantity": 2, "price": 9.5, "currency": "EUR"}],
            address={
                "street_1": "1 Main St",
                "city": "Town",
                "postal_code": "00000",
                "state": "XX",
                "country": "US",
            },
            summary={"subtotal": 19, "shipping_cost": 4, "total_tax": 2, "total_cost": 25},
            adjustments=[{"name": "Welcome", "amount": 5}],
        ),
    ),
    (
        CouponTemplate(title="10 %", coupon_code="TEN"),
        template(template_type="coupon", title="10 %", coupon_code="TEN"),
    ),
    (
        FeedbackTemplate(
            title="Rate us",
            subtitle="Two quick questions",
            button_title="Rate",
            question=Question(
                id="q_1",
                type="csat",
                title="How was it?",
                score_label="neg_pos",
                score_option="five_stars",
                follow_up=FollowUp(placeholder="Tell us more"),
            ),
            privacy_url="https://example.com/privacy",
            expires_in_days=3,
        ),
        template(
            template_type="customer_feedback",
            title="Rate us",
            subtitle="Two quick questions",
            button_title="Rate",
            feedback_screens=[
                {
                    "questions": [
                        {
                            "id": "q_1",
                            "type": "csat",
                            "title": "How was it?",
                            "score_label": "neg_pos",
                            "score_option": "five_stars",
                            "follow_up": {"type": "free_form", "placeholder": "Tell us more"},
                        }
                    ]
                }
            ],
            business_privacy={"url": "https://example.com/privacy"},
            expires_in_days=3,
        ),
    ),
    (ProductTemplate(product_ids=("1", "2")), template(template_type="product", elements=[{"id": "1"}, {"id": "2"}])),
    (
        InformationTemplate(countries=("US",), privacy_url="https://example.com/privacy", expires_in_days=2),
        template(
            template_type="customer_information",
            countries=["US"],
            business_privacy={"url": "https://example.com/privacy"},
            expires_in_days=2,
        ),
    ),
]


@pytest.mark.parametrize(("reply", "message"), MESSAGES, ids=[type(reply).__name__ for reply, _ in MESSAGES])
def test_the_message_is_what_meta_documents(reply: Sending, message: dict[str, Any]) -> None:
    composed = sent(reply, Surface.INSTAGRAM)
    assert composed == {"recipient": {"id": PSID}, "message": message}


def test_messenger_takes_a_messaging_type_and_metadata() -> None:
    assert compose(Text(text="hello"), PSID, Surface.MESSENGER, metadata="pw1") == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {"text": "hello", "metadata": "pw1"},
    }


@pytest.mark.parametrize("surface", list(Surface))
def test_type_and_tag_go_together(surface: Surface) -> None:
    composed = compose(Text(text="hello"), PSID, surface, terms=Terms("MESSAGE_TAG", "HUMAN_AGENT"))
    assert (composed["messaging_type"], composed["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_what_a_message_may_say_besides() -> None:
    control = ThreadControl(control_type="pass", app_id="263902037430900")
    reply = Text(
        text="hi", reply_to="m_abc", notification_type="SILENT_PUSH", persona_id="2222", thread_control=control
    )
    composed = compose(reply, PSID, Surface.MESSENGER)
    assert composed["reply_to"] == {"mid": "m_abc"}
    assert composed["notification_type"] == "SILENT_PUSH"
    assert composed["persona_id"] == "2222"
    assert composed["thread_control"] == {"control_type": "pass", "app_id": "263902037430900"}


@pytest.mark.parametrize(
    ("to", "recipient"),
    [(ToComment(comment_id="c_1"), {"comment_id": "c_1"}), (ToPost(post_id="p_1"), {"post_id": "p_1"})],
)
def test_private_replies_name_what_they_answer(to: Any, recipient: dict[str, str]) -> None:
    assert compose(Text(text="hi", to=to), PSID, Surface.MESSENGER)["recipient"] == recipient


def test_a_utility_message_names_its_template_and_fills_it() -> None:
    reply = UtilityMessage(
        name="shipment_update_1",
        language="en",
        header=(TextParameter(parameter_name="kind", text="Order"),),
        body=(TextParameter(parameter_name="parcel_id", text="A-77"),),
        buttons=(PayloadParameter(payload="77"),),
    )
    assert sent(reply, Surface.MESSENGER) == {
        "recipient": {"id": PSID},
        "messaging_type": "UTILITY",
        "message": {
            "template": {
                "name": "shipment_update_1",
                "language": {"code": "en"},
                "components": [
                    {
                        "type": "header",
                        "parameters": [{"type": "text", "parameter_name": "kind", "text": "Order"}],
                    },
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "parameter_name": "parcel_id", "text": "A-77"}],
                    },
                    {"type": "buttons", "parameters": [{"type": "POSTBACK", "payload": "77"}]},
                ],
            }
        },
    }


def test_marketing_messages_have_no_body_here() -> None:
    reply = EXAMPLES[Feature.MARKETING]
    assert isinstance(reply, Sending)
    with pytest.raises(ReplyError, match="do not go through the Send API"):
        compose(reply, PSID, Surface.MESSENGER)
