"""A plugin's configuration without its secrets, told by the names of its keys."""

import re
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

HIDDEN: Final = "[redacted]"

_SECRET_WORDS: Final = frozenset(
    {
        *("secret", "secrets", "password", "passwd", "passphrase", "token", "tokens", "key", "keys", "hash", "private"),
        *("credential", "credentials", "authorization", "auth", "bearer", "signature", "dsn"),
        *("cookie", "cookies", "header", "headers"),
    }
)
_SECRET_ENDINGS: Final = ("secret", "password", "token", "apikey")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def redacted(value: Any) -> Any:
    """The same value; secrets, and the user, query and fragment of addresses, are left out."""
    if isinstance(value, dict):
        return {key: HIDDEN if _names_a_secret(str(key)) else redacted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner) for inner in value]
    return _address(value) if isinstance(value, str) and "://" in value else value


def _names_a_secret(key: str) -> bool:
    return key.lower().endswith(_SECRET_ENDINGS) or any(word.lower() in _SECRET_WORDS for word in _WORD.findall(key))


def _address(text: str) -> str:
    # People write texts with links in them, too; only what is an address as a whole can hold a login.
    if any(map(str.isspace, text)):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    query = HIDDEN if parts.query else ""
    return urlunsplit((parts.scheme, host if host == parts.netloc else f"{HIDDEN}@{host}", parts.path, query, ""))
