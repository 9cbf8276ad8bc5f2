"""Make a text of Meta's fit for logs: short, and without anything that could be a secret or about a person."""

import re

__all__ = ["redact"]

_LONGEST = 200

# In this order: what a quoted value or a URL holds must not be looked at again.
_RULES = (
    (re.compile(r"[\"“„«].*?(?:[\"“”»]|$)"), "<value>"),  # Meta quotes the offending parameter
    (re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE), "<url>"),
    (re.compile(r"\S+@\S+"), "<address>"),
    (re.compile(r"\b(?:EAA|IG)[\w|-]{6,}"), "<token>"),
    # Anything long without a space, save names of permissions, which are lower case with underscores.
    (re.compile(r"(?=[\w|%=+/-]*[A-Z0-9])[\w|%=+/-]{24,}"), "<token>"),
    (re.compile(r"\d{7,}"), "<number>"),
)


def redact(text: str) -> str:
    """Return `text` on one line of at most 200 characters, with values, URLs, tokens and long numbers taken out."""
    # Cut generously first, so that a hostile megabyte costs nothing, then again at the end.
    text = " ".join(text[: 4 * _LONGEST].split())
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    text = "".join(character for character in text if character.isprintable())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
