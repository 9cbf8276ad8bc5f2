"""Meta's message tags: which live, which died, and when."""

from typing import Final, Literal

from msgspec import Struct

from pagewire.surfaces import Surface

Needs = Literal["human", "customer_feedback", "news"]


class LiveTag(Struct, frozen=True, kw_only=True):
    """A tag that Meta takes.

    Attributes:
        surfaces: where.
        needs: what a message must be to carry it.
        days: how long after the person last acted; ``None`` for ever.
    """

    surfaces: frozenset[Surface]
    needs: Needs
    days: int | None


MESSENGER: Final = frozenset({Surface.MESSENGER})
EVERYWHERE: Final = frozenset(Surface)

LIVE: Final[dict[str, LiveTag]] = {
    "HUMAN_AGENT": LiveTag(surfaces=EVERYWHERE, needs="human", days=7),
    "CUSTOMER_FEEDBACK": LiveTag(surfaces=MESSENGER, needs="customer_feedback", days=7),
    "NON_PROMOTIONAL_SUBSCRIPTION": LiveTag(surfaces=MESSENGER, needs="news", days=None),
}
"""Source: Meta, Send API reference, as of v26.0 (outbound.md 2.3)."""

RETIRED: Final[dict[str, str]] = {
    **dict.fromkeys(("ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"), "2026-04-27"),
    **dict.fromkeys(
        (
            "APPLICATION_UPDATE",
            "APPOINTMENT_UPDATE",
            "BUSINESS_PRODUCTIVITY",
            "COMMUNITY_ALERT",
            "CONFIRMED_EVENT_REMINDER",
            "FEATURE_FUNCTIONALITY_UPDATE",
            "GAME_EVENT",
            "ISSUE_RESOLUTION",
            "PAIRING_UPDATE",
            "PAYMENT_UPDATE",
            "PERSONAL_FINANCE_UPDATE",
            "RESERVATION_UPDATE",
            "SHIPPING_UPDATE",
            "TICKET_UPDATE",
            "TRANSPORTATION_UPDATE",
        ),
        "2020-03-04",
    ),
}
"""Tags that Meta refuses, also inside the messaging window, with the day they died (outbound.md 2.3)."""
