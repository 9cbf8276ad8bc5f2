"""Templates of elements: cards, buttons, media, products. Source: Meta, Messenger Platform, message templates."""

from typing import Literal

from msgspec import Struct

from pagewire.replies._base import Answerable
from pagewire.replies._buttons import Action, Button, UrlAction

AspectRatio = Literal["horizontal", "square"]


class Element(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One card; besides its title it needs at least one thing more.

    Attributes:
        title: at most 80 characters.
        subtitle: at most 80 characters.
        image_url: public address of a picture.
        default_action: what a tap on the card opens.
        buttons: at most 3.
    """

    title: str
    subtitle: str | None = None
    image_url: str | None = None
    default_action: UrlAction | None = None
    buttons: tuple[Button, ...] = ()


class GenericTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="generic"):
    """Cards beside each other.

    Attributes:
        elements: 1 to 10 cards.
        sharable: whether people may share it, Messenger only.
        image_aspect_ratio: of all pictures, Messenger only.
    """

    elements: tuple[Element, ...]
    sharable: bool = False
    image_aspect_ratio: AspectRatio | None = None


class ButtonTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="button"):
    """A text with buttons that stay.

    Attributes:
        text: at most 640 characters.
        buttons: 1 to 3.
    """

    text: str
    buttons: tuple[Button, ...]


class MediaTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="media_template"):
    """An image or a video with buttons, Messenger only.

    Attributes:
        media_type: ``image`` or ``video``.
        attachment_id: of a saved attachment; or else `url`.
        url: on facebook.com, never elsewhere.
        buttons: at most 3.
        sharable: whether people may share it.
    """

    media_type: Literal["image", "video"]
    attachment_id: str | None = None
    url: str | None = None
    buttons: tuple[Button, ...] = ()
    sharable: bool = False


class GridImage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One image of a grid.

    Attributes:
        url: public https address of the image itself.
        is_hero_image: whether it is the large one; at most one is.
        action: what a tap on it does.
    """

    url: str
    is_hero_image: bool = False
    action: Action | None = None


class ImageGridTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="image_grid"):
    """Several images in one bubble, Messenger only.

    Attributes:
        images: 2 to 6.
        title: at most 45 characters.
        subtitle: at most 80 characters.
        buttons: at most 3, opening a page or coming back as postback.
    """

    images: tuple[GridImage, ...]
    title: str | None = None
    subtitle: str | None = None
    buttons: tuple[Button, ...] = ()


class ProductTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="product"):
    """Products of the catalogue that is connected to the Page; text, price and picture come from there.

    Attributes:
        product_ids: 1 to 10.
    """

    product_ids: tuple[str, ...]
