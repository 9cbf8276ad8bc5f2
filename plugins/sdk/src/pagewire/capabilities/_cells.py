"""What a cell of the table of send features can say."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Unit = Literal["characters", "bytes", "entries", "days", "seconds"]

MEGABYTE = 1024 * 1024
_UNLIMITED: Mapping[str, "Limit"] = {}


class Limit(Struct, frozen=True):
    """How much of something Meta takes.

    Attributes:
        most: the largest size that is fine.
        unit: ``characters`` are counted in UTF-16 units, the stricter reading of Meta's word; ``bytes`` in UTF-8.
        least: the smallest size that is fine.
    """

    most: int
    unit: Unit = "characters"
    least: int = 0

    def size(self, value: object) -> int:
        """The size of a value in this limit's unit."""
        if isinstance(value, str):
            if value.isascii():
                return len(value)
            return len(value.encode()) if self.unit == "bytes" else len(value.encode("utf-16-le")) // 2
        return value if isinstance(value, int) else len(value)  # type: ignore[arg-type]

    def __str__(self) -> str:
        if self.unit == "bytes" and self.most >= MEGABYTE:
            return f"{self.most // MEGABYTE} MB"
        span = f"{self.least} to {self.most}" if self.least else str(self.most)
        return span if self.unit == "entries" else f"{span} {self.unit}"


class Yes(Struct, frozen=True):
    """It can be sent.

    Attributes:
        limits: by the name of the field or of what is counted.
        note: what else there is to know.
        formats: the MIME types that Meta takes; empty for all.
    """

    limits: Mapping[str, Limit] = _UNLIMITED
    note: str = ""
    formats: frozenset[str] = frozenset()


class No(Struct, frozen=True):
    """It cannot be sent.

    Attributes:
        reason: goes on from the name of the field: ``exists on Messenger only``.
    """

    reason: str


class Until(Struct, frozen=True):
    """It can be sent until the day that the table of deprecations names.

    Attributes:
        key: in `pagewire.deprecations.DEPRECATIONS`.
        limits: until then.
    """

    key: str
    limits: Mapping[str, Limit] = _UNLIMITED


Cell = Yes | No | Until
