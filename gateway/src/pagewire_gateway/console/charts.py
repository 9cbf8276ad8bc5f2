"""Charts as geometry, for the macros of `charts.html`. Pure."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from pagewire_gateway.console import words

_WIDTH: Final = 240
_HEIGHT: Final = 48


class Line(Struct, frozen=True):
    """A line over time, and the area below it, as paths of SVG; both empty with fewer than two points.

    Attributes:
        top: the most there was.
    """

    path: str
    area: str
    top: float = 0.0
    width: int = _WIDTH
    height: int = _HEIGHT


class Bar(Struct, frozen=True, kw_only=True):
    """One amount beside others.

    Attributes:
        label: what it is the amount of.
        said: the amount as text.
        share: of the longest bar, in percent.
        mood: ``good``, ``wait``, ``bad`` or empty.
        href: where it leads; empty for nowhere.
    """

    label: str
    said: str
    share: float
    mood: str = ""
    href: str = ""


def line(values: Sequence[float]) -> Line:
    """Equally spaced values as a line that begins at 0 on the left edge's foot."""
    if len(values) < 2:
        return Line("", "")
    top = max(*values, 1e-9)
    step = _WIDTH / (len(values) - 1)
    # Two units stay free above and below, or half of the line's own width would be cut off.
    points = [(at * step, _HEIGHT - 2 - (_HEIGHT - 4) * max(0.0, value) / top) for at, value in enumerate(values)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return Line(path, f"{path}V{_HEIGHT}H0Z", max(values))


def bars(amounts: Sequence[tuple[str, float]], mood: str = "", href: str = "") -> list[Bar]:
    """Amounts beside each other, the longest as long as there is room.

    Args:
        amounts: each with its label.
        mood: of all that are not 0.
        href: where they lead, with ``{}`` for the label.
    """
    longest = max((amount for _, amount in amounts), default=0) or 1
    return [
        Bar(
            label=label,
            said=words.count(amount),
            share=round(100 * amount / longest, 1),
            mood=mood if amount else "",
            href=href.format(label) if href else "",
        )
        for label, amount in amounts
    ]
