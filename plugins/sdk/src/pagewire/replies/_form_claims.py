"""What templates with fields to fill claim."""

import re

from pagewire.capabilities import Feature
from pagewire.replies._claims import Claims, Holds, Uses, each, fetched, linked, needed, numbers
from pagewire.replies._forms import (
    CouponTemplate,
    FeedbackTemplate,
    InformationTemplate,
    Question,
    ReceiptTemplate,
)

_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NAME = re.compile(r"[A-Za-z0-9_]*")
_URL = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_SCALES = {
    "csat": ("one_to_five", "five_stars", "five_emojis"),
    "nps": ("zero_to_ten",),
    "ces": ("one_to_seven",),
    "free_form": (),
}


def receipt(reply: ReceiptTemplate) -> Claims:
    """A receipt."""
    yield Uses(Feature.RECEIPT, "ReceiptTemplate")
    for name in ("recipient_name", "order_number", "payment_method"):
        yield from needed(name, getattr(reply, name))
    yield from _currency("currency", reply.currency)
    yield Holds(Feature.RECEIPT, "elements", "elements", reply.elements)
    yield from linked("order_url", reply.order_url)
    if reply.timestamp is not None and reply.timestamp < 0:
        yield "timestamp must be seconds since 1970"
    for part in (reply.summary, *reply.adjustments, *reply.elements):
        yield from numbers(part)
    for where, line in each("elements", reply.elements):
        yield from needed(f"{where}.title", line.title)
        yield from _currency(f"{where}.currency", line.currency)
        yield from fetched(f"{where}.image_url", line.image_url)


def coupon(reply: CouponTemplate) -> Claims:
    """A coupon."""
    yield Uses(Feature.COUPON, "CouponTemplate")
    yield Holds(Feature.COUPON, "title", "title", reply.title)
    if not reply.coupon_code and not reply.coupon_url:
        yield "CouponTemplate needs coupon_code, coupon_url or both"
    if any(letter.isspace() for letter in reply.coupon_code or ""):
        yield "coupon_code must not hold spaces"
    yield from linked("coupon_url", reply.coupon_url)
    yield from fetched("image_url", reply.image_url)


def feedback(reply: FeedbackTemplate) -> Claims:
    """A question about how it was."""
    yield Uses(Feature.FEEDBACK, "FeedbackTemplate")
    for name in ("title", "subtitle", "button_title"):
        text = getattr(reply, name)
        yield Holds(Feature.FEEDBACK, name, name, text)
        yield from _no_url(name, text)
    yield Holds(Feature.FEEDBACK, "expires_in_days", "expires_in_days", reply.expires_in_days)
    yield from linked("privacy_url", reply.privacy_url)
    yield from _question(reply.question)


def _question(question: Question) -> Claims:
    yield Holds(Feature.FEEDBACK, "question_id", "question.id", question.id)
    if not _NAME.fullmatch(question.id):
        yield "question.id takes letters, digits and underscores"
    yield Holds(Feature.FEEDBACK, "question_title", "question.title", question.title)
    yield from _no_url("question.title", question.title)
    scales = _SCALES[question.type]
    if question.score_option is not None and question.score_option not in scales:
        yield f"question.score_option of type {question.type} must be one of {list(scales)}"
    if question.follow_up is not None:
        placeholder = question.follow_up.placeholder
        yield Holds(Feature.FEEDBACK, "placeholder", "question.follow_up.placeholder", placeholder)
        yield from _no_url("question.follow_up.placeholder", placeholder)


def information(reply: InformationTemplate) -> Claims:
    """Address and contact."""
    yield Uses(Feature.INFORMATION, "InformationTemplate")
    if not reply.countries:
        yield "countries must not be empty"
    for where, country in each("countries", reply.countries):
        if not _COUNTRY.fullmatch(country):
            yield f"{where} must be two capital letters, such as US"
    yield from linked("privacy_url", reply.privacy_url)
    yield Holds(Feature.INFORMATION, "expires_in_days", "expires_in_days", reply.expires_in_days)


def _currency(where: str, currency: str | None) -> Claims:
    if currency is not None and not _CURRENCY.fullmatch(currency):
        yield f"{where} must be an ISO 4217 code, such as EUR"


def _no_url(where: str, text: str | None) -> Claims:
    if text is not None and _URL.search(text):
        yield f"{where} must not hold a URL"
