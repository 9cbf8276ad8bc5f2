"""Parts that several kinds share. Every field may be missing: Meta leaves out more than its reference says."""

from typing import Any

from msgspec import Struct


class Attachment(Struct, frozen=True, kw_only=True):
    """One attachment. The type is an open set; unknown types are kept as they are.

    Attributes:
        type: ``image``, ``sticker``, ``audio``, ``video``, ``file``, ``fallback``, ``template``, ``reel``, ``share``, ...
        payload: what Meta sent with it; may be empty.
        title: title at the top level, used by older bodies; see `heading`.
        url: address at the top level, used by older bodies; see `link`.
    """

    type: str = ""
    payload: dict[str, Any] = {}
    title: str | None = None
    url: str | None = None

    @property
    def link(self) -> str | None:
        """The address, wherever Meta put it. It is signed, it expires, and its host is not to be trusted.

        For ``fallback``, ``share``, ``reel`` and the like it is a web page, not a file.
        """
        return _first_text(self.payload.get("url"), self.payload.get("story_media_url"), self.url)

    @property
    def heading(self) -> str | None:
        """The title, wherever Meta put it."""
        return _first_text(self.payload.get("title"), self.title)

    @property
    def sticker_id(self) -> str | None:
        """Which sticker it is; the three sizes of the Like button are stickers too."""
        found = self.payload.get("sticker_id")
        return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else None


def _first_text(*candidates: Any) -> str | None:
    return next((text for text in candidates if isinstance(text, str) and text), None)


class QuickReplyTap(Struct, frozen=True, kw_only=True):
    """The quick reply a person tapped.

    Attributes:
        payload: what the business put behind the button.
    """

    payload: str = ""


class Story(Struct, frozen=True, kw_only=True):
    """The Instagram story a message answers.

    Attributes:
        id: id of the story.
        url: address of its picture or film; dies with the story, after about 24 hours.
        link_sticker_url: where the link sticker on the story leads.
    """

    id: str | None = None
    url: str | None = None
    link_sticker_url: str | None = None


class ReplyTo(Struct, frozen=True, kw_only=True):
    """The message or story that a message answers.

    Attributes:
        mid: the quoted message.
        is_self_reply: the quoted message is the writer's own.
        story: the business's story, Instagram only.
    """

    mid: str | None = None
    is_self_reply: bool = False
    story: Story | None = None


class AdContext(Struct, frozen=True, kw_only=True):
    """The ad a person came from.

    Attributes:
        ad_title: headline of the ad.
        photo_url: its picture.
        video_url: thumbnail of its film.
        post_id: the post it promotes, Messenger only.
        product_id: the product it shows, Messenger only.
        flow_id: the message flow behind it, Messenger only.
    """

    ad_title: str | None = None
    photo_url: str | None = None
    video_url: str | None = None
    post_id: str | None = None
    product_id: str | None = None
    flow_id: str | None = None


class Product(Struct, frozen=True, kw_only=True):
    """A shop product a message is about.

    Attributes:
        id: id in the catalogue.
    """

    id: str | None = None


class ReferralSource(Struct, frozen=True, kw_only=True):
    """How a person found the conversation: an m.me or ig.me link, an ad, a product.

    Attributes:
        source: ``SHORTLINK``, ``ADS`` and others.
        type: ``OPEN_THREAD``.
        ref: the value given in the link or ad.
        ad_id: the ad.
        referer_uri: the page where the chat was opened.
        is_guest_user: the person used the old chat plugin without an account.
        ads_context_data: what the ad showed.
        product: the shop product it was about.
    """

    source: str | None = None
    type: str | None = None
    ref: str | None = None
    ad_id: str | None = None
    referer_uri: str | None = None
    is_guest_user: bool | None = None
    ads_context_data: AdContext | None = None
    product: Product | None = None


class Command(Struct, frozen=True, kw_only=True):
    """A slash command found in a text.

    Attributes:
        name: the command, without the slash.
    """

    name: str = ""


class PriorMessage(Struct, frozen=True, kw_only=True):
    """Ties the first message of a person to an earlier checkbox opt-in.

    Attributes:
        source: ``checkbox_plugin`` or another plugin.
        identifier: the ``user_ref`` of the opt-in.
    """

    source: str | None = None
    identifier: str | None = None


class Author(Struct, frozen=True, kw_only=True):
    """Who wrote a comment or post.

    Attributes:
        id: the author's id.
        name: full name, Pages only.
        username: handle, Instagram only.
        self_ig_scoped_id: there when the business itself wrote.
    """

    id: str | None = None
    name: str | None = None
    username: str | None = None
    self_ig_scoped_id: str | None = None


class Media(Struct, frozen=True, kw_only=True):
    """The Instagram media a comment stands under.

    Attributes:
        id: id of the media.
        media_product_type: ``FEED``, ``REELS``, ``AD`` and others.
        ad_id: the ad it is shown in.
        ad_title: headline of that ad.
        original_media_id: the media the ad was made from.
    """

    id: str | None = None
    media_product_type: str | None = None
    ad_id: str | None = None
    ad_title: str | None = None
    original_media_id: str | None = None


class OrderedProduct(Struct, frozen=True, kw_only=True):
    """One line of an order.

    Attributes:
        id: id in the catalogue.
        retailer_id: the shop's own id of it.
        name: what it is called.
        unit_price: price of one, in `currency`.
        currency: ISO 4217 code.
        quantity: how many.
    """

    id: str | None = None
    retailer_id: str | None = None
    name: str | None = None
    unit_price: float | None = None
    currency: str | None = None
    quantity: int | None = None
