"""The frame of every page people see on the public port: no script, nothing from elsewhere, nothing kept. Pure."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import Final
from urllib.parse import urlsplit

_FOLDER: Final = files("pagewire_gateway.login")
_STYLE: Final = _FOLDER.joinpath("style.css").read_text(encoding="utf-8")
_FRAME: Final = Template(_FOLDER.joinpath("frame.html").read_text(encoding="utf-8"))
_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()

FOOT: Final = "This page belongs to the company that sent you here; it runs Pagewire to answer its messages."


def page(title: str, body: str, foot: str = FOOT) -> str:
    """A whole page.

    Args:
        title: plain text.
        body: HTML; what came from outside is escaped already.
        foot: plain text.
    """
    return _FRAME.substitute(title=escape(title), body=body, foot=escape(foot), style=_STYLE)


def headers(form_to: tuple[str, ...] = ()) -> Mapping[str, str]:
    """The headers of a page.

    Args:
        form_to: addresses that the answer to a form leads to; browsers check redirects too.
    """
    origins = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, form_to)]
    forms = " ".join(["'self'", *dict.fromkeys(origins)]) if form_to else "'none'"
    policy = f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; form-action {forms}"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
