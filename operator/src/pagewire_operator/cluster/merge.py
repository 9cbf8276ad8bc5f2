"""What to send so that one status becomes another. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pagewire.resources import Status


def status_patch(old: Status | None, new: Status) -> dict[str, Any]:
    """The JSON merge patch from one status to the other; empty if they say the same.

    Fields that no struct of this release knows are not touched.
    """
    return _patch(_plain(old) if old is not None else {}, _plain(new))


def _plain(status: Status) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(status)
    return plain


def _patch(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    # None removes a field, and a list is replaced as a whole (RFC 7386); so there must be no None inside a list.
    patch: dict[str, Any] = {name: None for name in old if old[name] is not None and new.get(name) is None}
    for name, value in new.items():
        before = old.get(name)
        if value is None or value == before:
            continue
        nested = isinstance(value, dict) and isinstance(before, dict)
        patch[name] = _patch(before, value) if nested else _whole(value)  # type: ignore[arg-type]
    return patch


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items() if one is not None}
    return [_whole(one) for one in value] if isinstance(value, list) else value
