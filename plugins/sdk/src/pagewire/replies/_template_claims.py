"""What templates of elements claim."""

from pagewire.capabilities import Feature
from pagewire.replies._button_claims import action, buttons
from pagewire.replies._buttons import PostbackButton, UrlButton
from pagewire.replies._claims import Claims, Holds, Uses, each, fetched, given, host_of, needed, one_of
from pagewire.replies._templates import (
    ButtonTemplate,
    Element,
    GenericTemplate,
    ImageGridTemplate,
    MediaTemplate,
    ProductTemplate,
)

_META = ("facebook.com", "fb.watch")


def generic(reply: GenericTemplate) -> Claims:
    """Cards."""
    yield Uses(Feature.GENERIC, "GenericTemplate")
    yield Holds(Feature.GENERIC, "elements", "elements", reply.elements)
    yield from given(Feature.GENERIC_OPTIONS, "sharable", reply.sharable)
    yield from given(Feature.GENERIC_OPTIONS, "image_aspect_ratio", reply.image_aspect_ratio)
    for where, element in each("elements", reply.elements):
        yield from _element(where, element)


def _element(where: str, element: Element) -> Claims:
    yield Holds(Feature.GENERIC, "title", f"{where}.title", element.title)
    yield Holds(Feature.GENERIC, "subtitle", f"{where}.subtitle", element.subtitle)
    yield from fetched(f"{where}.image_url", element.image_url)
    yield from action(f"{where}.default_action", element.default_action)
    yield from buttons(Feature.GENERIC, f"{where}.buttons", element.buttons)
    if not (element.subtitle or element.image_url or element.default_action or element.buttons):
        yield f"{where} needs something besides its title: subtitle, image_url, default_action or buttons"


def button(reply: ButtonTemplate) -> Claims:
    """A text with buttons."""
    yield Uses(Feature.BUTTON, "ButtonTemplate")
    yield from needed("text", reply.text)
    yield Holds(Feature.BUTTON, "text", "text", reply.text)
    yield from buttons(Feature.BUTTON, "buttons", reply.buttons)


def media(reply: MediaTemplate) -> Claims:
    """An image or a video with buttons."""
    yield Uses(Feature.MEDIA_TEMPLATE, "MediaTemplate")
    yield from one_of("MediaTemplate", attachment_id=reply.attachment_id, url=reply.url)
    yield from needed("attachment_id", reply.attachment_id)
    yield from fetched("url", reply.url)
    host = host_of(reply.url or "")
    if host and not any(host == domain or host.endswith(f".{domain}") for domain in _META):
        yield "url must be on facebook.com: upload other media and give its attachment_id"
    yield from buttons(Feature.MEDIA_TEMPLATE, "buttons", reply.buttons)


def image_grid(reply: ImageGridTemplate) -> Claims:
    """Several images."""
    yield Uses(Feature.IMAGE_GRID, "ImageGridTemplate")
    yield Holds(Feature.IMAGE_GRID, "images", "images", reply.images)
    yield Holds(Feature.IMAGE_GRID, "title", "title", reply.title)
    yield Holds(Feature.IMAGE_GRID, "subtitle", "subtitle", reply.subtitle)
    if sum(image.is_hero_image for image in reply.images) > 1:
        yield "images: only one of them may be the hero image"
    for where, image in each("images", reply.images):
        yield from fetched(f"{where}.url", image.url)
        yield from action(f"{where}.action", image.action)
    for where, one in each("buttons", reply.buttons):
        if not isinstance(one, UrlButton | PostbackButton):
            yield f"{where} must be a UrlButton or a PostbackButton in an image grid"
    yield from buttons(Feature.IMAGE_GRID, "buttons", reply.buttons)


def product(reply: ProductTemplate) -> Claims:
    """Products of the catalogue."""
    yield Uses(Feature.PRODUCT, "ProductTemplate")
    yield Holds(Feature.PRODUCT, "product_ids", "product_ids", reply.product_ids)
    for where, one in each("product_ids", reply.product_ids):
        yield from needed(where, one)
