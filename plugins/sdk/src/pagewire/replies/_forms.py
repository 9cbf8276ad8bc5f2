"""Templates with fields to fill: receipt, coupon, feedback, customer information; Messenger only.

Source: Meta, Messenger Platform, message templates.
"""

from typing import Literal

from msgspec import Struct

from pagewire.replies._base import Answerable

QuestionType = Literal["csat", "nps", "ces", "free_form"]
ScoreLabel = Literal["neg_pos", "hard_easy", "dis_sat", "unlike_like", "poor_great", "none"]
ScoreOption = Literal["one_to_five", "five_stars", "five_emojis", "zero_to_ten", "one_to_seven"]


class ReceiptLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was bought.

    Attributes:
        title: its name.
        price: of one; 0 is a gift.
        subtitle: a few words more.
        quantity: how many.
        currency: ISO 4217.
        image_url: a picture.
    """

    title: str
    price: float
    subtitle: str | None = None
    quantity: float | None = None
    currency: str | None = None
    image_url: str | None = None


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it is sent.

    Attributes:
        street_1: street and number.
        street_2: a second line.
        city: city.
        postal_code: postal code.
        state: state, or province.
        country: two letters.
    """

    street_1: str
    city: str
    postal_code: str
    state: str
    country: str
    street_2: str = ""


class Summary(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What it costs.

    Attributes:
        total_cost: all together.
        subtotal: of the goods.
        shipping_cost: of the way.
        total_tax: of the state.
    """

    total_cost: float
    subtotal: float | None = None
    shipping_cost: float | None = None
    total_tax: float | None = None


class Adjustment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A discount.

    Attributes:
        name: what for.
        amount: how much.
    """

    name: str
    amount: float


class ReceiptTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="receipt"):
    """A receipt.

    Attributes:
        recipient_name: who bought.
        order_number: unique.
        currency: ISO 4217, such as ``EUR``.
        payment_method: such as ``Card 1234``.
        summary: what it costs.
        merchant_name: who sold.
        order_url: page of the order.
        timestamp: of the order, in seconds since 1970.
        elements: at most 100 lines; Meta keeps no order among them.
        address: where it is sent.
        adjustments: discounts.
        sharable: whether people may share it.
    """

    recipient_name: str
    order_number: str
    currency: str
    payment_method: str
    summary: Summary
    merchant_name: str | None = None
    order_url: str | None = None
    timestamp: int | None = None
    elements: tuple[ReceiptLine, ...] = ()
    address: Address | None = None
    adjustments: tuple[Adjustment, ...] = ()
    sharable: bool = False


class CouponTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="coupon"):
    """A coupon; it needs a code, an address, or both.

    Attributes:
        title: at most 80 characters.
        coupon_code: without spaces.
        coupon_url: page where it is used.
        subtitle: without it Meta writes "Terms may apply."
        coupon_url_button_title: without it Meta writes "Shop now".
        coupon_pre_message: a text before the coupon.
        image_url: a picture.
        payload: what comes back when the code is revealed.
    """

    title: str
    coupon_code: str | None = None
    coupon_url: str | None = None
    subtitle: str | None = None
    coupon_url_button_title: str | None = None
    coupon_pre_message: str | None = None
    image_url: str | None = None
    payload: str | None = None


class FollowUp(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A free text that is asked for after the score.

    Attributes:
        placeholder: at most 65 characters.
        type: ``free_form``.
    """

    placeholder: str | None = None
    type: Literal["free_form"] = "free_form"


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked.

    Attributes:
        id: letters, digits and underscores, at most 80.
        type: ``csat``, ``nps``, ``ces`` or ``free_form``.
        title: 5 to 85 characters.
        score_label: words at both ends of the scale.
        score_option: the scale; each type has its own.
        follow_up: a free text after the score.
    """

    id: str
    type: QuestionType
    title: str | None = None
    score_label: ScoreLabel | None = None
    score_option: ScoreOption | None = None
    follow_up: FollowUp | None = None


class FeedbackTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="customer_feedback"):
    """A question about how it was; may be sent up to 7 days after the person last wrote.

    Attributes:
        title: at most 65 characters.
        question: the one question.
        privacy_url: the company's privacy policy.
        subtitle: at most 80 characters.
        button_title: at most 20 characters.
        expires_in_days: 1 to 7.
    """

    title: str
    question: Question
    privacy_url: str
    subtitle: str | None = None
    button_title: str | None = None
    expires_in_days: int = 1


class InformationTemplate(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="customer_information"):
    """Asks for address and contact ("structured information").

    Attributes:
        countries: two letters each.
        privacy_url: the company's privacy policy.
        expires_in_days: 1 to 7.
    """

    countries: tuple[str, ...]
    privacy_url: str
    expires_in_days: int = 1
