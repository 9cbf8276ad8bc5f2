"""How a plugin is."""

from typing import Literal

from msgspec import Struct

__all__ = ["Health", "HealthStatus"]

HealthStatus = Literal["ok", "degraded", "failing"]


class Health(Struct, frozen=True, kw_only=True):
    """What a plugin says of itself.

    Attributes:
        status: ``ok``; ``degraded``: it works, but not as it should; ``failing``: it cannot do what it is for.
        reason: one sentence for people, and what to do; shown, so without message text, personal data and secrets.
    """

    status: HealthStatus = "ok"
    reason: str = ""
