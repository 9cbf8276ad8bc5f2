"""The table: each feature on each surface. Every check of a reply reads it, and so does the page of it.

Sources: Meta, Send API and pages of the single features, as of `pagewire.deprecations.KNOWN`.
"""

from typing import NamedTuple

from pagewire.capabilities._cells import MEGABYTE, Cell, Limit, No, Until, Yes
from pagewire.capabilities._features import Feature
from pagewire.surfaces import Surface


class Row(NamedTuple):
    """One feature on the three surfaces."""

    messenger: Cell
    instagram: Cell
    instagram_login: Cell


_MESSENGER_ONLY = No("exists on Messenger only")
_INSTAGRAM_ONLY = No("exists on Instagram only")
_UNDOCUMENTED = "Meta does not document it here"
_BLOCKS = Limit(3, "entries")
_DAYS = Limit(7, "days", 1)


def _everywhere(note: str = "", **limits: Limit) -> Row:
    return Row(*[Yes(limits, note)] * 3)


def _messenger(note: str = "", **limits: Limit) -> Row:
    return Row(Yes(limits, note), _MESSENGER_ONLY, _MESSENGER_ONLY)


def _instagram(note: str = "", **limits: Limit) -> Row:
    return Row(_INSTAGRAM_ONLY, Yes(limits, note), Yes(limits, note))


def _through_a_page(note: str = "", **limits: Limit) -> Row:
    return Row(Yes(limits, note), Yes(limits, note), Yes(limits, _UNDOCUMENTED))


def _media(names: str, formats: frozenset[str], by_url: int, messenger: frozenset[str] = frozenset()) -> Row:
    """Media by URL and from bytes, of which Messenger takes 25 MB and Instagram no more than by URL; sizes in MB."""
    fetched = f"{by_url} MB by URL"
    content = {"content": Limit(25 * MEGABYTE, "bytes", 1)}
    on_instagram = {"content": Limit(by_url * MEGABYTE, "bytes", 1)}
    return Row(
        Yes(content, f"{names}; {fetched}" if messenger else f"any; {fetched}", messenger),
        Yes(on_instagram, f"{names}; {fetched}", formats),
        Yes({}, f"{names}; {fetched}", formats),
    )


def _contact(key: str) -> Row:
    return Row(Yes(), Until(key), Until(key))


_KEPT_DAYS = "for 90 days, by the same account"
_TITLE = Limit(20, least=1)
_PAYLOAD = Limit(1000, least=1)
_METADATA = Limit(1000)

_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif"})
_SOUNDS = frozenset(
    {"audio/aac", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/wav", "audio/x-wav", "audio/vnd.wave"}
)
_FILMS = frozenset({"video/mp4", "video/ogg", "video/avi", "video/x-msvideo", "video/quicktime", "video/webm"})
_PAPERS = frozenset({"application/pdf"})
_PRODUCTS = Yes({"product_ids": Limit(10, "entries", 1)})

TABLE: dict[Feature, Row] = {
    Feature.TEXT: Row(Yes({"text": Limit(2000)}), *[Yes({"text": Limit(1000, "bytes")})] * 2),
    Feature.QUICK_REPLY: _everywhere(quick_replies=Limit(13, "entries"), title=Limit(20), payload=_PAYLOAD),
    Feature.QUICK_REPLY_IMAGE: _messenger("at least 24 × 24 pixels"),
    Feature.QUICK_REPLY_PHONE: _contact("quick_reply:user_phone_number"),
    Feature.QUICK_REPLY_EMAIL: _contact("quick_reply:user_email"),
    Feature.IMAGE: _media("png, jpeg, gif", _IMAGES, 8, _IMAGES),
    Feature.AUDIO: _media("aac, m4a, wav, mp4", _SOUNDS, 25),
    Feature.VIDEO: _media("mp4, ogg, avi, mov, webm", _FILMS, 25),
    Feature.FILE: _media("pdf", _PAPERS, 25),
    Feature.ATTACHMENT_ID: _everywhere(_KEPT_DAYS),
    Feature.UPLOAD: Row(Yes({}, _KEPT_DAYS), Yes({}, _KEPT_DAYS), No("has no upload on Instagram Login; send by url")),
    Feature.REUSE: _everywhere(_KEPT_DAYS),
    Feature.IMAGES: Row(
        No("exists on Instagram only; use ImageGridTemplate"), *[Yes({"images": Limit(10, "entries", 1)})] * 2
    ),
    Feature.STICKER: Row(Yes(), *[No("exists on Messenger only; Instagram has LikeHeart")] * 2),
    Feature.LIKE_HEART: _instagram(),
    Feature.MEDIA_SHARE: _instagram("posts of the sending account"),
    Feature.RAW: _everywhere("as Meta takes it; what ended is refused"),
    Feature.GENERIC: _everywhere(
        elements=Limit(10, "entries", 1), title=Limit(80, least=1), subtitle=Limit(80), buttons=_BLOCKS
    ),
    Feature.GENERIC_OPTIONS: _messenger(),
    Feature.BUTTON: _everywhere(text=Limit(640, least=1), buttons=Limit(3, "entries", 1)),
    Feature.MEDIA_TEMPLATE: _messenger("by attachment id, or a URL on facebook.com", buttons=_BLOCKS),
    Feature.IMAGE_GRID: _messenger(
        "one hero image", images=Limit(6, "entries", 2), title=Limit(45), subtitle=Limit(80), buttons=_BLOCKS
    ),
    Feature.RECEIPT: _messenger(elements=Limit(100, "entries")),
    Feature.COUPON: _messenger("code without spaces", title=Limit(80, least=1)),
    Feature.FEEDBACK: _messenger(
        "no URL in any text",
        title=Limit(65, least=1),
        subtitle=Limit(80),
        button_title=Limit(20),
        question_id=Limit(80, least=1),
        question_title=Limit(85, least=5),
        placeholder=Limit(65),
        expires_in_days=_DAYS,
    ),
    Feature.PRODUCT: Row(_PRODUCTS, _PRODUCTS, No("is not documented for Instagram Login")),
    Feature.INFORMATION: _messenger(expires_in_days=_DAYS),
    Feature.URL_BUTTON: _everywhere(title=_TITLE),
    Feature.WEBVIEW: _messenger(),
    Feature.POSTBACK_BUTTON: _everywhere(title=_TITLE, payload=_PAYLOAD),
    Feature.PHONE_BUTTON: _messenger("number with + and country", title=_TITLE),
    Feature.LOGIN_BUTTON: _messenger("https"),
    Feature.LOGOUT_BUTTON: _messenger(),
    Feature.GAME_BUTTON: _messenger("Pages with an Instant Game", title=_TITLE, payload=_PAYLOAD),
    Feature.REPLY_TO: _everywhere("within 24 hours after the person last wrote"),
    Feature.NOTIFICATION_TYPE: _messenger(),
    Feature.PERSONA: _messenger(),
    Feature.HUMAN: _everywhere("7 days after the person last wrote, if the app has Human Agent access"),
    Feature.PRIVATE_REPLY: _everywhere("one a comment, within 7 days"),
    Feature.PRIVATE_REPLY_POST: _messenger("one a post, within 7 days"),
    Feature.UTILITY: _messenger("from an approved template"),
    Feature.MARKETING: Row(*[No("is sold with Meta's advertising and does not go through the Send API")] * 3),
    Feature.MARKETING_TOKEN: Row(Until("recipient:notification_messages_token"), *[_MESSENGER_ONLY] * 2),
    Feature.ONE_TIME_TOKEN: Row(Until("recipient:one_time_notif_token"), *[_MESSENGER_ONLY] * 2),
    Feature.TYPING: _everywhere(),
    Feature.MARK_SEEN: _everywhere(),
    Feature.REACT: _everywhere(),
    Feature.THREAD_CONTROL: _through_a_page(),
    Feature.PASS_THREAD: _through_a_page(metadata=_METADATA),
    Feature.TAKE_THREAD: _through_a_page(metadata=_METADATA),
    Feature.REQUEST_THREAD: _through_a_page(metadata=_METADATA),
    Feature.RELEASE_THREAD: _through_a_page(),
    Feature.EXTEND_THREAD: _through_a_page(duration=Limit(7 * 86_400, "seconds", 1)),
    Feature.BLOCK: _through_a_page(),
    Feature.SPAM: _through_a_page(),
    Feature.BAN: _messenger(),
}


_CELLS = {
    (feature, surface): found for feature, row in TABLE.items() for surface, found in zip(Surface, row, strict=True)
}


def cell(feature: Feature, surface: Surface) -> Cell:
    """What the table says of a feature on a surface."""
    return _CELLS[feature, surface]
