"""Who served a call and how much of which allowance is used: the headers of one answer, scope by scope.

`pagewire.graph.usage` keeps the highest figure only, which is what the sends of one Page need. A budget that many
resources share needs to know whose figure it is (Meta, Rate limits). Malformed headers count as absent.
"""

from collections.abc import Iterable

import msgspec

from pagewire.graph.usage import Usage, read_headers

__all__ = ["ObjectUsage", "Served", "read_served"]


class ObjectUsage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one business object's allowance is used, for one use case."""

    id: str
    """A Page, an Instagram account or another business object."""
    type: str
    """The use case, such as `pages`, `messenger` or `instagram`; empty if Meta does not say."""
    usage: Usage


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What the headers of one answer say; all absent when there was no answer."""

    version: str | None = None
    """`facebook-api-version`: the version that really served the call."""
    trace_id: str | None = None
    """`x-fb-trace-id`: Meta's name for this call; it expires soon at Meta's side."""
    usage: Usage | None = None
    """The highest of all below."""
    app: Usage | None = None
    """Of the app as a whole, for app and user tokens."""
    page: Usage | None = None
    """Of the Page, as older answers tell it."""
    objects: tuple[ObjectUsage, ...] = ()
    """Of business objects, for Page and system user tokens."""


class _UseCase(msgspec.Struct):
    type: str = ""


_use_case = msgspec.json.Decoder(_UseCase, strict=False)
_by_object = msgspec.json.Decoder(dict[str, list[msgspec.Raw]])


def read_served(raw: Iterable[tuple[bytes, bytes]]) -> Served:
    """Read the raw headers of an answer."""
    headers = {name.lower(): value for name, value in raw}
    rim = read_headers(headers.items())
    trace = headers.get(b"x-fb-trace-id", b"").decode("latin-1").strip()[:64]
    return Served(
        version=rim.version,
        trace_id=trace or None,
        usage=rim.usage,
        app=_usage(headers.get(b"x-app-usage")),
        page=_usage(headers.get(b"x-page-usage")),
        objects=tuple(_objects(headers.get(b"x-business-use-case-usage", b"{}"))),
    )


def _usage(value: bytes | msgspec.Raw | None) -> Usage | None:
    # Every entry of the business header has the form of the Page's, so one reader does for all.
    return None if value is None else read_headers([(b"x-page-usage", bytes(value))]).usage


def _objects(value: bytes) -> Iterable[ObjectUsage]:
    try:
        found = _by_object.decode(value)
    except (msgspec.MsgspecError, RecursionError):
        return
    for key, entries in found.items():
        for entry in entries:
            usage = _usage(entry)
            if usage is not None:
                yield ObjectUsage(id=key, type=_use_case.decode(entry).type, usage=usage)
