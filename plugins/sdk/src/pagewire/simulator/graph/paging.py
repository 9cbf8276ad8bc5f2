"""Cursor paging of lists (graph.md 1.4). Pure."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph.call import Call

T = TypeVar("T")

DEFAULT_LIMIT = 25


def _cursor(at: int) -> str:
    return urlsafe_b64encode(f"at{at}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        return int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("at"))
    except ValueError:
        raise Refused(invalid("Invalid cursor")) from None


def page(found: Sequence[T], call: Call, limit: int | None = None) -> tuple[Sequence[T], dict[str, Any]]:
    """One page of a list and its ``paging`` object.

    ``next`` is there only while more follows, and carries the access token as Meta's does: something to
    rebuild, never to follow or log.
    """
    asked = call.text("limit")
    if limit is None:
        limit = int(asked) if asked and asked.isdigit() else DEFAULT_LIMIT
    after = call.text("after")
    start = _position(after) if after else 0
    part = found[start : start + limit]
    if not part:
        return part, {}
    end = start + len(part)
    paging: dict[str, Any] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
    if end < len(found):
        query = {k: v for k, v in call.params.items() if k not in ("after", "access_token")}
        query |= {"after": _cursor(end), "access_token": call.token}
        paging["next"] = f"https://graph.{call.host}.com/{call.asked}/{call.path}?{urlencode(query)}"
    return part, paging
