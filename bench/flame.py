"""A flame graph of the event loop's thread: who calls whom, as wide as the CPU time it takes.

    BENCH_RAW=raw.json python -m bench.stations 14
    python -m bench.flame raw.json docs/explanation/flame.svg

Colours tell the stations of `bench.stations` apart; what is narrower than a half percent is left out.
"""

import json
import sys
from html import escape
from pathlib import Path

from bench.stations import STATIONS, station_of

_WIDTH, _ROW, _LEAST = 1200.0, 15, 0.005

Frame = dict[str, "Box"]


class Box:
    """A function, called from where its parent is."""

    def __init__(self) -> None:
        self.micros = 0
        self.inner: Frame = {}


def tree(seen: list[tuple[list[str], int]]) -> Box:
    """All that was seen, from the outermost function inwards; where the loop begins, so that there is no row of one colour."""
    root = Box()
    for place, micros in seen:
        box = root
        box.micros += micros
        for name in _within_the_loop(place[::-1]):
            box = box.inner.setdefault(name, Box())
            box.micros += micros
    return root


def _within_the_loop(place: list[str]) -> list[str]:
    loop = next((at for at, name in enumerate(place) if "runners.py:Runner.run" in name), -1)
    return place[loop + 1 :] or ["the loop itself: reading sockets, waking up"]


def draw(root: Box) -> str:
    """The picture."""
    rects: list[str] = []
    depth = _draw(root, 0.0, 0, root.micros, rects)
    height = (depth + 1) * _ROW
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height}" font-family="monospace" font-size="10">'
    # Rows grow downwards: the outermost function is on top.
    return "\n".join([head, *rects, "</svg>\n"])


def _draw(box: Box, left: float, row: int, total: int, rects: list[str]) -> int:
    deepest = row
    for name, inner in sorted(box.inner.items(), key=lambda item: -item[1].micros):
        width = inner.micros / total * _WIDTH
        if inner.micros / total >= _LEAST:
            rects.append(_rect(name, left, row, width, inner.micros / total))
            deepest = max(deepest, _draw(inner, left, row + 1, total, rects))
        left += width
    return deepest


def _rect(name: str, left: float, row: int, width: float, share: float) -> str:
    short = name.rpartition(":")[2] or name
    text = escape(short[: int(width / 6.2)]) if width > 30 else ""
    title = f"<title>{escape(name)} {100 * share:.1f} %</title>"
    box = f'<rect x="{left:.1f}" y="{row * _ROW}" width="{width:.1f}" height="{_ROW - 1}" fill="{_colour(name)}"/>'
    return f'<g>{title}{box}<text x="{left + 2:.1f}" y="{row * _ROW + 11}">{text}</text></g>'


def _colour(name: str) -> str:
    names = [station for station, _ in STATIONS]
    found = station_of([name])
    if found not in names:
        return "#ddd"
    return f"hsl({names.index(found) * 360 // len(names)},60%,75%)"


def main() -> None:
    _, _, seen = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text(draw(tree(seen)))


if __name__ == "__main__":
    main()
