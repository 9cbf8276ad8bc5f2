"""Limits of replies, checked before the call, against the table of capabilities and the table of deprecations."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from pagewire import capabilities
from pagewire.capabilities import Feature, No, Until, Yes
from pagewire.deprecations import KNOWN, Ended, Notice, look
from pagewire.replies import _body_claims as bodies
from pagewire.replies import _form_claims as forms
from pagewire.replies import _raw_claims as raw
from pagewire.replies import _template_claims as templates
from pagewire.replies._act_claims import ACTS
from pagewire.replies._approved import MarketingMessage, UtilityMessage
from pagewire.replies._base import Sending
from pagewire.replies._bodies import Images, LikeHeart, Media, MediaShare, RawMessage, Sticker, Text
from pagewire.replies._claims import Claim, Claims, Comes, Ends, Holds
from pagewire.replies._error import ReplyError
from pagewire.replies._forms import CouponTemplate, FeedbackTemplate, InformationTemplate, ReceiptTemplate
from pagewire.replies._kinds import Reply
from pagewire.replies._sending_claims import sending
from pagewire.replies._stored import fitted
from pagewire.replies._templates import (
    ButtonTemplate,
    GenericTemplate,
    ImageGridTemplate,
    MediaTemplate,
    ProductTemplate,
)
from pagewire.surfaces import Surface


def _limit(feature: Feature, name: str, surface: Surface) -> int:
    cell = capabilities.cell(feature, surface)
    return 0 if isinstance(cell, No) else cell.limits[name].most


TEXT_CHARACTERS = _limit(Feature.TEXT, "text", Surface.MESSENGER)
"""Messenger: longest text, counted in UTF-16 units, the stricter reading of "characters"."""
INSTAGRAM_TEXT_BYTES = _limit(Feature.TEXT, "text", Surface.INSTAGRAM)
"""Instagram: longest text, in bytes of UTF-8."""
QUICK_REPLIES = _limit(Feature.QUICK_REPLY, "quick_replies", Surface.MESSENGER)
"""Most quick replies of one message."""
QUICK_REPLY_TITLE = _limit(Feature.QUICK_REPLY, "title", Surface.MESSENGER)
"""Longest title of a quick reply, in characters; Meta cuts what is longer."""
QUICK_REPLY_PAYLOAD = _limit(Feature.QUICK_REPLY, "payload", Surface.MESSENGER)
"""Longest payload of a quick reply, in characters."""


def check(reply: Reply, surface: Surface, today: date = KNOWN) -> tuple[Notice, ...]:
    """Refuse what Meta would refuse.

    Args:
        reply: what the plugin wants to say.
        surface: the way to the person.
        today: in UTC; without it, the day up to which Meta's changelogs are known here.

    Returns:
        What the reply uses and Meta will end soon.

    Raises:
        ReplyError: naming the field and its limit.
    """
    found = (_judged(claim, surface, today) for claim in claims(fitted(reply)))
    return tuple(notice for notice in found if notice is not None)


def check_message(
    message: Mapping[str, Any], surface: Surface | None = None, today: date = KNOWN
) -> tuple[Notice, ...]:
    """Refuse what Meta would refuse in a ``message`` object as the Send API takes it.

    Args:
        message: of the request.
        surface: the way to the person; without it, what any surface takes is fine.
        today: see `check`.

    Returns:
        What it uses and Meta will end soon.

    Raises:
        ReplyError: naming the field and its limit.
    """
    first: ReplyError | None = None
    for one in (surface,) if surface else tuple(Surface):
        try:
            found = [_judged(claim, one, today) for claim in raw.message(message)]
        except ReplyError as error:
            first = first or error
        except (TypeError, AttributeError):
            return ()  # of no shape that Meta documents: it is Meta's to say what is wrong with it
        else:
            return tuple(notice for notice in found if notice is not None)
    raise first or ReplyError("message is taken by no surface")


def claims(reply: Reply) -> Claims:
    """Everything that the tables have to judge about a reply whose fields have the right types."""
    yield from _OF[type(reply)](reply)
    if isinstance(reply, Sending):
        yield from sending(reply)


def _judged(claim: Claim, surface: Surface, today: date) -> Notice | None:
    if isinstance(claim, str):
        raise ReplyError(claim)
    if isinstance(claim, Ends):
        return _standing(claim.key, claim.where, surface, today)
    cell = capabilities.cell(claim.feature, surface)
    if isinstance(cell, No):
        raise ReplyError(f"{claim.where} {cell.reason}")
    if isinstance(claim, Comes):
        _taken(claim, cell, surface)
    elif isinstance(claim, Holds):
        _fits(claim, cell.limits[claim.limit], surface)
    return _standing(cell.key, claim.where, surface, today) if isinstance(cell, Until) else None


def _standing(key: str, where: str, surface: Surface, today: date) -> Notice | None:
    found = look(key, surface, today)
    if isinstance(found, Ended):
        raise ReplyError(f"{where}: {found}")
    return found


def _taken(claim: Comes, cell: Yes | Until, surface: Surface) -> None:
    if isinstance(cell, Yes) and cell.formats and claim.content_type not in cell.formats:
        taken = ", ".join(sorted(cell.formats))
        raise ReplyError(f"{claim.where} is {claim.content_type}; {_product(surface)} takes {taken}")


def _product(surface: Surface) -> str:
    return "Instagram" if surface.is_instagram else "Messenger"


def _fits(claim: Holds, limit: capabilities.Limit, surface: Surface) -> None:
    if claim.value is None:
        return
    size = limit.size(claim.value)
    if limit.least <= size <= limit.most:
        return
    if size == 0 and not isinstance(claim.value, int):
        raise ReplyError(f"{claim.where} must not be empty")
    verb = "is" if isinstance(claim.value, int) else "has"
    bound = f"at least {limit.least}" if size < limit.least else f"at most {limit.most}"
    raise ReplyError(f"{claim.where} {verb} {size} {limit.unit}; {_product(surface)} takes {bound}")


_OF: dict[type[Struct], Callable[[Any], Claims]] = {
    Text: bodies.text,
    Media: bodies.media,
    Images: bodies.images,
    Sticker: bodies.sticker,
    LikeHeart: bodies.like_heart,
    MediaShare: bodies.media_share,
    RawMessage: bodies.raw,
    UtilityMessage: bodies.utility,
    MarketingMessage: bodies.marketing,
    GenericTemplate: templates.generic,
    ButtonTemplate: templates.button,
    MediaTemplate: templates.media,
    ImageGridTemplate: templates.image_grid,
    ProductTemplate: templates.product,
    ReceiptTemplate: forms.receipt,
    CouponTemplate: forms.coupon,
    FeedbackTemplate: forms.feedback,
    InformationTemplate: forms.information,
    **ACTS,
}
