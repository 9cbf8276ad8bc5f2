"""One reply a feature, and one of any size for each limit."""

from collections.abc import Callable
from typing import Any

import msgspec

from pagewire.capabilities import Feature
from pagewire.replies import (
    ButtonTemplate,
    CouponTemplate,
    Element,
    ExtendThread,
    FeedbackTemplate,
    FollowUp,
    GameButton,
    GenericTemplate,
    GridImage,
    Image,
    ImageGridTemplate,
    Images,
    InformationTemplate,
    LikeHeart,
    LoginButton,
    LogoutButton,
    MarketingMessage,
    Media,
    MediaShare,
    MediaTemplate,
    Moderate,
    PassThread,
    PhoneButton,
    PostbackButton,
    ProductTemplate,
    Question,
    QuickReply,
    RawMessage,
    React,
    ReceiptLine,
    ReceiptTemplate,
    ReleaseThread,
    Reply,
    RequestThread,
    SenderAction,
    Sticker,
    Summary,
    TakeThread,
    Text,
    ThreadControl,
    ToComment,
    ToPost,
    ToToken,
    UrlButton,
    UtilityMessage,
)

CDN = "https://cdn.example.com"
PICTURE = f"{CDN}/a.png"
PDF = b"%PDF-1.7 tide table"
POSTBACK = PostbackButton(title="Buy", payload="BUY")
QUICK = QuickReply(title="Small", payload="SIZE_S")
SALE = Summary(total_cost=25)
RECEIPT = ReceiptTemplate(
    recipient_name="A. Customer", order_number="A-77", currency="EUR", payment_method="Card 1234", summary=SALE
)
QUESTION = Question(id="q_1", type="csat", title="How was it?", follow_up=FollowUp(placeholder="Tell us more"))
FEEDBACK = FeedbackTemplate(title="Rate us", question=QUESTION, privacy_url="https://example.com/privacy")


def buttons(*given: Any) -> ButtonTemplate:
    """Buttons under a text."""
    return ButtonTemplate(text="What now?", buttons=given)


def quick(**fields: Any) -> Text:
    """A text with one quick reply."""
    return Text(text="Pick a size", quick_replies=(QuickReply(**{"title": "Small", "payload": "SIZE_S"} | fields),))


def contact(kind: Any) -> Text:
    """A text with a quick reply that hands over a contact."""
    return Text(text="How do we reach you?", quick_replies=(QuickReply(content_type=kind),))


EXAMPLES: dict[Feature, Reply] = {
    Feature.TEXT: Text(text="the tide is at nine"),
    Feature.QUICK_REPLY: quick(),
    Feature.QUICK_REPLY_IMAGE: quick(image_url=PICTURE),
    Feature.QUICK_REPLY_PHONE: contact("user_phone_number"),
    Feature.QUICK_REPLY_EMAIL: contact("user_email"),
    Feature.IMAGE: Media(media="image", url=PICTURE),
    Feature.AUDIO: Media(media="audio", url=f"{CDN}/a.wav"),
    Feature.VIDEO: Media(media="video", url=f"{CDN}/a.mp4"),
    Feature.FILE: Media(media="file", url=f"{CDN}/a.pdf"),
    Feature.ATTACHMENT_ID: Media(media="image", attachment_id="1857700000000001"),
    Feature.UPLOAD: Media(media="file", content=PDF, filename="tides.pdf", content_type="application/pdf"),
    Feature.REUSE: Media(media="image", url=PICTURE, reuse=True),
    Feature.IMAGES: Images(images=(Image(url=PICTURE), Image(url=f"{CDN}/b.png"))),
    Feature.STICKER: Sticker(sticker_id=369239263222822),
    Feature.LIKE_HEART: LikeHeart(),
    Feature.MEDIA_SHARE: MediaShare(post_id="17890000000000002"),
    Feature.RAW: RawMessage(message={"text": "as it is"}),
    Feature.GENERIC: GenericTemplate(elements=(Element(title="Blue mug", subtitle="350 ml", buttons=(POSTBACK,)),)),
    Feature.GENERIC_OPTIONS: GenericTemplate(elements=(Element(title="Mug", subtitle="350 ml"),), sharable=True),
    Feature.BUTTON: buttons(POSTBACK),
    Feature.MEDIA_TEMPLATE: MediaTemplate(media_type="image", attachment_id="1857700000000001", buttons=(POSTBACK,)),
    Feature.IMAGE_GRID: ImageGridTemplate(
        images=(GridImage(url=PICTURE, is_hero_image=True), GridImage(url=f"{CDN}/b.png")), title="New in"
    ),
    Feature.RECEIPT: RECEIPT,
    Feature.COUPON: CouponTemplate(title="10 % off", coupon_code="TEN"),
    Feature.FEEDBACK: FEEDBACK,
    Feature.PRODUCT: ProductTemplate(product_ids=("4001",)),
    Feature.INFORMATION: InformationTemplate(countries=("US",), privacy_url="https://example.com/privacy"),
    Feature.URL_BUTTON: buttons(UrlButton(title="Shop", url="https://shop.example.com")),
    Feature.WEBVIEW: buttons(UrlButton(title="Shop", url="https://shop.example.com", webview_height_ratio="tall")),
    Feature.POSTBACK_BUTTON: buttons(POSTBACK),
    Feature.PHONE_BUTTON: buttons(PhoneButton(title="Call", payload="+15555550100")),
    Feature.LOGIN_BUTTON: buttons(LoginButton(url="https://shop.example.com/login")),
    Feature.LOGOUT_BUTTON: buttons(LogoutButton()),
    Feature.GAME_BUTTON: buttons(GameButton(title="Play", payload="LEVEL_1")),
    Feature.REPLY_TO: Text(text="About this one:", reply_to="MID"),
    Feature.NOTIFICATION_TYPE: Text(text="psst", notification_type="SILENT_PUSH"),
    Feature.PERSONA: Text(text="Sam here", persona_id="PERSONA"),
    Feature.HUMAN: Text(text="I looked into your case.", author="human"),
    Feature.PRIVATE_REPLY: Text(text="Thanks for asking!", to=ToComment(comment_id="COMMENT")),
    Feature.PRIVATE_REPLY_POST: Text(text="Thanks for writing!", to=ToPost(post_id="POST")),
    Feature.UTILITY: UtilityMessage(name="shipment_update_1", language="en"),
    Feature.MARKETING: MarketingMessage(message_id="1", subscription_token="2"),
    Feature.MARKETING_TOKEN: Text(text="Sale!", to=ToToken(kind="notification_messages_token", token="NMT1")),
    Feature.ONE_TIME_TOKEN: Text(text="Back!", to=ToToken(kind="one_time_notif_token", token="OTN1")),
    Feature.TYPING: SenderAction(action="typing_on"),
    Feature.MARK_SEEN: SenderAction(action="mark_seen"),
    Feature.REACT: React(message_id="MID"),
    Feature.THREAD_CONTROL: Text(text="A colleague takes over.", thread_control=ThreadControl(control_type="release")),
    Feature.PASS_THREAD: PassThread(metadata="a refund"),
    Feature.TAKE_THREAD: TakeThread(),
    Feature.REQUEST_THREAD: RequestThread(),
    Feature.RELEASE_THREAD: ReleaseThread(),
    Feature.EXTEND_THREAD: ExtendThread(duration=3600),
    Feature.BLOCK: Moderate(actions=("block_user",)),
    Feature.SPAM: Moderate(actions=("move_to_spam",)),
    Feature.BAN: Moderate(actions=("ban_user",)),
}
"""One reply for each row of the table; MID, PERSONA, COMMENT and POST stand for ids that the simulator gives."""

Sized = Callable[[int], Reply]


def _replaced(reply: Reply, name: str, value: Callable[[int], Any]) -> Sized:
    return lambda size: msgspec.structs.replace(reply, **{name: value(size)})


def _cards(**fields: Callable[[int], Any]) -> Sized:
    def made(size: int) -> Reply:
        given = {"title": "Mug", "subtitle": "350 ml"} | {name: value(size) for name, value in fields.items()}
        return GenericTemplate(elements=(Element(**given),))

    return made


def _button(kind: Any, name: str, **fields: Any) -> Sized:
    return lambda size: buttons(kind(**fields | {name: letters(size)}))


def _question(name: str) -> Sized:
    def made(size: int) -> Reply:
        return msgspec.structs.replace(FEEDBACK, question=msgspec.structs.replace(QUESTION, **{name: letters(size)}))

    return made


def letters(size: int) -> str:
    """A string of so many characters and bytes."""
    return "x" * size


def _times(thing: Any) -> Callable[[int], Any]:
    return lambda size: (thing,) * size


def _placeholder(size: int) -> Reply:
    asked = msgspec.structs.replace(QUESTION, follow_up=FollowUp(placeholder=letters(size)))
    return msgspec.structs.replace(FEEDBACK, question=asked)


def _of(feature: Feature, name: str, value: Callable[[int], Any] = letters) -> Sized:
    return _replaced(EXAMPLES[feature], name, value)


def _bytes(feature: Feature, content_type: str) -> Sized:
    asked = EXAMPLES[feature]
    assert isinstance(asked, Media)
    return lambda size: Media(media=asked.media, content=bytes(size), filename="a", content_type=content_type)


SIZED: dict[tuple[Feature, str], Sized] = {
    (Feature.TEXT, "text"): _of(Feature.TEXT, "text"),
    (Feature.QUICK_REPLY, "quick_replies"): _of(Feature.TEXT, "quick_replies", _times(QUICK)),
    (Feature.QUICK_REPLY, "title"): lambda size: quick(title=letters(size)),
    (Feature.QUICK_REPLY, "payload"): lambda size: quick(payload=letters(size)),
    **{
        (feature, "content"): _bytes(feature, content_type)
        for feature, content_type in (
            (Feature.IMAGE, "image/png"),
            (Feature.AUDIO, "audio/wav"),
            (Feature.VIDEO, "video/mp4"),
            (Feature.FILE, "application/pdf"),
        )
    },
    (Feature.IMAGES, "images"): _of(Feature.IMAGES, "images", _times(Image(url=PICTURE))),
    (Feature.GENERIC, "elements"): _of(Feature.GENERIC, "elements", _times(Element(title="Mug", subtitle="350 ml"))),
    (Feature.GENERIC, "title"): _cards(title=letters),
    (Feature.GENERIC, "subtitle"): _cards(subtitle=letters),
    (Feature.GENERIC, "buttons"): _cards(buttons=_times(POSTBACK)),
    (Feature.BUTTON, "text"): _of(Feature.BUTTON, "text"),
    (Feature.BUTTON, "buttons"): _of(Feature.BUTTON, "buttons", _times(POSTBACK)),
    (Feature.MEDIA_TEMPLATE, "buttons"): _of(Feature.MEDIA_TEMPLATE, "buttons", _times(POSTBACK)),
    (Feature.IMAGE_GRID, "images"): _of(Feature.IMAGE_GRID, "images", _times(GridImage(url=PICTURE))),
    (Feature.IMAGE_GRID, "title"): _of(Feature.IMAGE_GRID, "title"),
    (Feature.IMAGE_GRID, "subtitle"): _of(Feature.IMAGE_GRID, "subtitle"),
    (Feature.IMAGE_GRID, "buttons"): _of(Feature.IMAGE_GRID, "buttons", _times(POSTBACK)),
    (Feature.RECEIPT, "elements"): _of(Feature.RECEIPT, "elements", _times(ReceiptLine(title="Mug", price=9.5))),
    (Feature.COUPON, "title"): _of(Feature.COUPON, "title"),
    (Feature.FEEDBACK, "title"): _of(Feature.FEEDBACK, "title"),
    (Feature.FEEDBACK, "subtitle"): _of(Feature.FEEDBACK, "subtitle"),
    (Feature.FEEDBACK, "button_title"): _of(Feature.FEEDBACK, "button_title"),
    (Feature.FEEDBACK, "question_id"): _question("id"),
    (Feature.FEEDBACK, "question_title"): _question("title"),
    (Feature.FEEDBACK, "placeholder"): _placeholder,
    (Feature.FEEDBACK, "expires_in_days"): _of(Feature.FEEDBACK, "expires_in_days", int),
    (Feature.PRODUCT, "product_ids"): _of(Feature.PRODUCT, "product_ids", _times("4001")),
    (Feature.INFORMATION, "expires_in_days"): _of(Feature.INFORMATION, "expires_in_days", int),
    (Feature.URL_BUTTON, "title"): _button(UrlButton, "title", url="https://shop.example.com"),
    (Feature.POSTBACK_BUTTON, "title"): _button(PostbackButton, "title", payload="BUY"),
    (Feature.POSTBACK_BUTTON, "payload"): _button(PostbackButton, "payload", title="Buy"),
    (Feature.PHONE_BUTTON, "title"): _button(PhoneButton, "title", payload="+15555550100"),
    (Feature.GAME_BUTTON, "title"): _button(GameButton, "title", payload="LEVEL_1"),
    (Feature.GAME_BUTTON, "payload"): _button(GameButton, "payload", title="Play"),
    (Feature.PASS_THREAD, "metadata"): _of(Feature.PASS_THREAD, "metadata"),
    (Feature.TAKE_THREAD, "metadata"): _of(Feature.TAKE_THREAD, "metadata"),
    (Feature.REQUEST_THREAD, "metadata"): _of(Feature.REQUEST_THREAD, "metadata"),
    (Feature.EXTEND_THREAD, "duration"): _of(Feature.EXTEND_THREAD, "duration", int),
}
"""For each limit, a reply in which what it limits has any size one wants."""
