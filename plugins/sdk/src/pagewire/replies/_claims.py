"""What a reply claims: which features it uses and how large its parts are, for the table to judge."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from pagewire.capabilities import Feature

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class Uses(NamedTuple):
    """The reply uses a feature; `where` names the field."""

    feature: Feature
    where: str


class Holds(NamedTuple):
    """A part of the reply has a limit of a feature; `where` names the field."""

    feature: Feature
    limit: str
    where: str
    value: Any


class Comes(NamedTuple):
    """Bytes of some MIME type are for a feature; `where` names the field that tells it."""

    feature: Feature
    where: str
    content_type: str


class Ends(NamedTuple):
    """The reply uses something that may have ended; `key` of the table of deprecations."""

    key: str
    where: str


Claim = Uses | Holds | Comes | Ends | str
"""A string is a problem, whatever the table says."""
Claims = Iterator[Claim]


def given(feature: Feature, where: str, value: object) -> Claims:
    """Uses a feature if the field is set at all."""
    if value:
        yield Uses(feature, where)


def needed(where: str, value: str | None) -> Claims:
    """A field that must say something."""
    if value is not None and not value.strip():
        yield f"{where} must not be empty"


def one_of(where: str, **values: object) -> Claims:
    """Exactly one of these fields is set."""
    if sum(value is not None for value in values.values()) != 1:
        names = list(values)
        yield f"{where} needs exactly one of {', '.join(names[:-1])} and {names[-1]}"


def fetched(where: str, url: str | None) -> Claims:
    """An address whose bytes Meta fetches (Meta, Send API: public https, no log-in, no redirect to a page)."""
    if url is not None and not _is_web(url, "https"):
        yield f"{where} must be a public https address"


def linked(where: str, url: str | None) -> Claims:
    """An address that people open."""
    if url is not None and not _is_web(url, "https", "http"):
        yield f"{where} must be an http or https address"


def numbers(struct: Struct) -> Claims:
    """Numbers that JSON knows; it has no infinity."""
    for name, value in msgspec.structs.asdict(struct).items():
        if isinstance(value, float) and not isfinite(value):
            yield f"{name} must be a finite number"


def each(where: str, listed: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The entries of a list, each with its name."""
    return ((f"{where}[{index}]", one) for index, one in enumerate(listed))


def host_of(url: str) -> str:
    """The host of an address; empty if there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_web(url: str, *schemes: str) -> bool:
    host = host_of(url)
    if not host or " " in url:
        return False
    parts = urlsplit(url)
    # Against a simulator on the same machine plain http is all there is.
    return parts.username is None and (parts.scheme in schemes or (parts.scheme == "http" and host in _LOCAL))
