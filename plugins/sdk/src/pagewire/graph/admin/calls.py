"""From what is asked of Meta to an `httpx.Request`. No I/O.

Tokens travel in the `Authorization` header with their `appsecret_proof` in the query; secrets in a form where Meta takes
one, and otherwise in the query of that one call (Meta, Access Tokens).
"""

import os
import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Literal
from urllib.parse import quote, urlencode

import httpx
import msgspec

from pagewire.graph.addressing import appsecret_proof
from pagewire.graph.admin.scopes import Scope
from pagewire.sealed import Sealed

__all__ = ["Call", "Value", "digest", "proper", "request", "token_digest"]

Value = str | Sealed[str]
_KEY = os.urandom(16)  # digests are for this process only, and tell nothing outside it
_FORM = b"application/x-www-form-urlencoded"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of Meta."""

    method: Literal["GET", "POST", "DELETE"]
    name: str
    """The path with its ids left out, for people: `/{page}/subscribed_apps`."""
    path: tuple[str, ...]
    token: Sealed[str] | None = None
    query: Mapping[str, Value] = {}
    form: Mapping[str, Value] | None = None
    json: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = ()
    """What the call lists, in its order: Meta names an offending one by its place."""
    about: Scope | None = None
    """Whose allowance it takes besides the app's: without it that of the token's owner, if there is a token."""
    root: str | None = None
    """Goes below this URL, without a version: some steps of Instagram Login have none."""
    proof: bool = True
    """Whether `appsecret_proof` goes with the token."""

    @property
    def title(self) -> str:
        """What errors and metrics call it."""
        return f"{self.method} {self.name}"


def proper(token: Sealed[str]) -> bool:
    """Whether it can be a token at all: not empty, no line break from the end of a file."""
    return re.fullmatch(r"[!-~]+", token.reveal()) is not None


def request(call: Call, root: str, app_secret: Sealed[str]) -> httpx.Request:
    """The request for `call`, below `root` unless the call says otherwise.

    Raises:
        ValueError: a part of the path is empty or leads elsewhere.
    """
    body, kind = _body(call)
    query = dict(_revealed(call.query))
    headers = [(b"Accept", b"application/json"), (b"Accept-Encoding", b"identity"), (b"User-Agent", b"pagewire")]
    if call.token is not None:
        headers.append((b"Authorization", b"Bearer " + call.token.reveal().encode()))
        if call.proof:
            query["appsecret_proof"] = appsecret_proof(app_secret.reveal(), call.token.reveal())
    if kind is not None:
        headers.append((b"Content-Type", kind))
    url = "/".join((call.root or root, *_parts(call.path))) + (f"?{urlencode(query)}" if query else "")
    made = httpx.Request(call.method, url, headers=headers, content=body)
    made.read()
    return made


def digest(call: Call, root: str, app_secret: Sealed[str]) -> str:
    """Knows the same request again, token, proof and all, without holding any of it."""
    token = call.token.reveal() if call.token else ""
    facts = [call.method, call.root or root, *call.path, token, app_secret.reveal()]
    facts += [part for pair in sorted(_revealed(call.query)) for part in pair]
    known = blake2b("\0".join(facts).encode("utf-8", "surrogatepass"), key=_KEY, digest_size=16)
    known.update(_body(call)[0] or b"")
    return known.hexdigest()


def token_digest(token: Sealed[str]) -> str:
    """A name for the owner of a token, as the token itself names nobody."""
    return blake2b(token.reveal().encode("utf-8", "surrogatepass"), key=_KEY, digest_size=8).hexdigest()


def _parts(path: Iterable[str]) -> Iterable[str]:
    for part in path:
        if part in {"", ".", ".."}:
            raise ValueError(f"an id of Meta's is missing from the path: {part!r}")
        yield quote(part, safe="")


def _body(call: Call) -> tuple[bytes | None, bytes | None]:
    if call.form is not None:
        return urlencode(dict(_revealed(call.form))).encode(), _FORM
    if call.json is not None:
        return msgspec.json.encode(call.json), b"application/json"
    return None, None


def _revealed(values: Mapping[str, Value]) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        yield name, value.reveal() if isinstance(value, Sealed) else value
