"""How much of its allowance a Page has used: the usage headers of an answer (Meta, Rate limits)."""

from collections.abc import Iterable
from typing import Any

import msgspec

__all__ = ["Rim", "Usage", "read_headers"]


class Usage(msgspec.Struct, frozen=True):
    """The highest of all entries of `X-App-Usage`, `X-Page-Usage` and `X-Business-Use-Case-Usage`.

    The first three are percent of the allowance and pass 100 when calls go on while throttled. An answer without
    these headers has no `Usage` at all: little load, or unknown, never zero.
    """

    call_count: float = 0.0
    """Calls made, in percent."""
    total_time: float = 0.0
    """Time spent at Meta, in percent."""
    total_cputime: float = 0.0
    """Processor time spent at Meta, in percent."""
    regain_access: float = 0.0
    """Seconds until calls are accepted again (Meta counts minutes); 0 when not throttled."""
    app: float = 0.0
    """Of these, the highest of what `X-App-Usage` says: the allowance that all accounts of the app share, in percent."""

    @property
    def peak(self) -> float:
        """The measure nearest to its limit, in percent: calls may be throttled from 100 on."""
        return max(self.call_count, self.total_time, self.total_cputime)


class Rim(msgspec.Struct, frozen=True):
    """What the headers of one answer say."""

    usage: Usage | None = None
    version: str | None = None
    """`facebook-api-version`: the version that really served the call."""
    retry_after: float | None = None
    """`Retry-After` in seconds; Meta documents none, proxies send it."""


class _Entry(msgspec.Struct):
    call_count: float
    total_time: float = 0.0
    total_cputime: float = 0.0
    estimated_time_to_regain_access: float = 0.0


_plain = msgspec.json.Decoder(_Entry, strict=False)
_by_object = msgspec.json.Decoder(dict[str, list[_Entry]], strict=False)
_NOTHING = Rim()
_LONGEST_WAIT = 86_400.0  # seconds; a header must not be able to stop a Page for longer


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> Rim:
    """Read the raw headers of an answer; malformed ones count as absent, as they must never fail a call."""
    found: dict[str, Any] = {}
    entries: list[_Entry] = []
    for name, value in raw:
        if (reader := _READERS.get(name.lower())) is not None:
            reader(value, found, entries)
    if not found and not entries:
        return _NOTHING
    app = found.pop("app", 0.0)
    return Rim(usage=_highest(entries, app) if entries else None, **found)


def _highest(entries: list[_Entry], app: float) -> Usage:
    return Usage(
        app=app,
        call_count=max(entry.call_count for entry in entries),
        total_time=max(entry.total_time for entry in entries),
        total_cputime=max(entry.total_cputime for entry in entries),
        regain_access=min(60.0 * max(entry.estimated_time_to_regain_access for entry in entries), _LONGEST_WAIT),
    )


def _read_app(value: bytes, found: dict[str, Any], entries: list[_Entry]) -> None:
    before = len(entries)
    _read_plain(value, found, entries)
    for entry in entries[before:]:
        found["app"] = max(entry.call_count, entry.total_time, entry.total_cputime)


def _read_plain(value: bytes, _found: dict[str, Any], entries: list[_Entry]) -> None:
    try:
        entries.append(_plain.decode(value))
    except (msgspec.MsgspecError, RecursionError):
        return


def _read_by_object(value: bytes, _found: dict[str, Any], entries: list[_Entry]) -> None:
    try:
        for listed in _by_object.decode(value).values():
            entries.extend(listed)
    except (msgspec.MsgspecError, RecursionError):
        return


def _read_version(value: bytes, found: dict[str, Any], _entries: list[_Entry]) -> None:
    found["version"] = value.decode("latin-1").strip()[:16]


def _read_retry_after(value: bytes, found: dict[str, Any], _entries: list[_Entry]) -> None:
    if value.strip().isdigit():
        found["retry_after"] = min(float(value), _LONGEST_WAIT)


_READERS = {
    b"x-app-usage": _read_app,
    b"x-page-usage": _read_plain,
    b"x-business-use-case-usage": _read_by_object,
    b"facebook-api-version": _read_version,
    b"retry-after": _read_retry_after,
}
