"""Takes what names people out of a text before a model reads it, and finds what a model made up."""

import re
from typing import Final

_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ACCOUNT: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?\b")
_NUMBER: Final = re.compile(r"\+?\d(?:[\s().\-/]{0,2}\d){6,}")
_HANDLE: Final = re.compile(r"(?<!\w)@\w[\w.]{1,63}")
_KINDS: Final = (
    (_EMAIL, "[email]"),
    (_LINK, "[link]"),
    (_ACCOUNT, "[account]"),
    (_NUMBER, "[number]"),
    (_HANDLE, "[handle]"),
)


def redact(text: str) -> str:
    """The text without e-mail addresses, links, bank accounts, phone, card and other long numbers, and handles."""
    for pattern, name in _KINDS:
        text = pattern.sub(name, text)
    return text


def made_up(text: str, known: str) -> str | None:
    """The first address or long number that is not in what is known; ``None`` if there is none."""
    found = (match.group().rstrip(".,;:!?)") for pattern, _ in _KINDS for match in pattern.finditer(text))
    return next((one for one in found if one not in known), None)
