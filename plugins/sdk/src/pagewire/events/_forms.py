"""What people fill in, order and rate."""

from typing import Any, ClassVar

from pagewire.events._base import Event
from pagewire.events._parts import OrderedProduct


class ResponseFeedback(Event, frozen=True, kw_only=True):
    """A person gave a thumbs up or down to one of the business's messages.

    Attributes:
        feedback: ``Good response`` or ``Bad response``.
        mid: the message.
    """

    finds: ClassVar = ("response_feedback",)
    hook: ClassVar = "response_rated"

    feedback: str | None = None
    mid: str | None = None


class FeedbackForm(Event, frozen=True, kw_only=True):
    """A person answered a customer feedback template.

    Attributes:
        feedback_screens: each with ``screen_id`` and ``questions``, a map of question id to type, score and follow-up.
    """

    finds: ClassVar = ("messaging_feedback",)
    hook: ClassVar = "feedback_submitted"

    feedback_screens: tuple[Any, ...] = ()


class CustomerInformation(Event, frozen=True, kw_only=True):
    """A person filled in a structured information form. All of it is personal data.

    Attributes:
        screens: each with ``screen_id`` and ``responses``, a list of keys and values.
    """

    finds: ClassVar = ("messaging_customer_information",)
    hook: ClassVar = "customer_information_submitted"

    screens: tuple[Any, ...] = ()


class Order(Event, frozen=True, kw_only=True):
    """A person sent a shopping cart.

    Attributes:
        products: the lines of the order.
        note: what the person added.
    """

    finds: ClassVar = ("order",)
    hook: ClassVar = "order_received"

    products: tuple[OrderedProduct, ...] = ()
    note: str | None = None


class GamePlay(Event, frozen=True, kw_only=True):
    """A round of an Instant Game ended (legacy).

    Attributes:
        game_id: the game.
        player_id: the player; not a scoped id of Messenger's.
        context_type: ``SOLO``, ``THREAD`` or ``GROUP``.
        context_id: the thread or group.
        score: points.
        payload: JSON text the game passed on.
    """

    finds: ClassVar = ("game_play",)
    hook: ClassVar = "game_played"

    game_id: str | None = None
    player_id: str | None = None
    context_type: str | None = None
    context_id: str | None = None
    score: int | None = None
    payload: str | None = None


class _Body(Event, frozen=True, kw_only=True):
    """A legacy kind without fields of its own.

    Attributes:
        body: what Meta sent under the kind's key, of any form.
    """

    whole: ClassVar = "body"

    body: Any = None


class Payment(_Body, frozen=True, kw_only=True):
    """A payment was made (legacy beta)."""

    finds: ClassVar = ("payment",)
    hook: ClassVar = "payment_received"


class CheckoutUpdate(_Body, frozen=True, kw_only=True):
    """A checkout changed (legacy beta)."""

    finds: ClassVar = ("checkout_update",)
    hook: ClassVar = "checkout_updated"


class PreCheckout(_Body, frozen=True, kw_only=True):
    """A checkout is about to happen (legacy beta)."""

    finds: ClassVar = ("pre_checkout",)
    hook: ClassVar = "pre_checkout_received"


class MessageRequest(_Body, frozen=True, kw_only=True):
    """A person accepted a message request (legacy)."""

    finds: ClassVar = ("message_request",)
    hook: ClassVar = "message_request_accepted"
