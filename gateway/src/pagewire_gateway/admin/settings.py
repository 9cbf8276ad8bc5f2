"""How the gateway was started, without anything that could be a secret."""

from enum import Enum
from typing import Any, Final

import msgspec

from pagewire_gateway.config import Settings

_SHOWN: Final = frozenset({"log_format", "host", "before_send_failure", "prefix", "own"})
"""Texts that are words of ours or names of places; every other text is only said to be set."""
_GONE: Final = frozenset({"admin_token", "locks"})


def told(settings: Settings) -> dict[str, Any]:
    """Numbers and switches as they are; of texts, whether they are set. Closed by default."""
    return {name: _told(name, getattr(settings, name)) for name in Settings.__struct_fields__ if name not in _GONE}


def _told(name: str, value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {one: _told(one, getattr(value, one)) for one in value.__struct_fields__}
    if isinstance(value, bool | int | float | None):
        return value
    if name in _SHOWN and isinstance(value, str | Enum):
        return str(value)
    return "[set]" if value else ""
