"""Meta's message tags: which live, which died, and when."""

from typing import Final, Literal

from msgspec import Struct

from pagewire.deprecations import DEPRECATIONS
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
    key.removeprefix("tag:"): str(found.ends) for key, found in DEPRECATIONS.items() if key.startswith("tag:")
}
"""Tags that Meta refuses, also inside the messaging window, with the day they died (outbound.md 2.3)."""
