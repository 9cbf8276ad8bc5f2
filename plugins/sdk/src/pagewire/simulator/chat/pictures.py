"""Pictures in the place of media that nobody fetches: drawn from the URL, the same one every time. Pure."""

from __future__ import annotations

import hashlib
from html import escape
from urllib.parse import unquote, urlsplit

_HUES = ((204, 168), (262, 318), (28, 52), (150, 186), (336, 12), (222, 250))


def picture(url: str) -> str:
    """An SVG scene whose colours and hills follow from the URL, with the file's name where no crop cuts it."""
    seed = hashlib.sha256(url.encode()).digest()
    sky, land = _HUES[seed[0] % len(_HUES)]
    x, y, radius = 60 + seed[1] % 280, 40 + seed[2] % 60, 18 + seed[3] % 16
    low, high = 150 + seed[4] % 30, 96 + seed[5] % 50
    name = escape(_name(url))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 240" role="img">
<title>{name}</title>
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="hsl({sky},62%,62%)"/><stop offset="1" stop-color="hsl({land},70%,86%)"/>
</linearGradient></defs>
<rect width="400" height="240" fill="url(#sky)"/>
<circle cx="{x}" cy="{y}" r="{radius}" fill="#fff" fill-opacity=".85"/>
<path d="M0 {low} Q100 {high} 210 {low} T400 {low - 20} V240 H0Z" fill="hsl({land},38%,52%)"/>
<path d="M0 {low + 40} Q130 {low - 10} 260 {low + 30} T400 {low + 20} V240 H0Z" fill="hsl({land},42%,38%)"/>
<text x="200" y="208" text-anchor="middle" font-family="system-ui,sans-serif" font-size="15" fill="#fff">{name}</text>
</svg>"""


def _name(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path.rpartition("/")[2])[:40] or (parts.hostname or "picture")[:40]
