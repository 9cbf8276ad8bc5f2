"""Bearer tokens with roles, from the environment and from a file that may change while the gateway runs."""

import hashlib
import hmac
import logging
from pathlib import Path
from typing import Annotated, Final

import msgspec
import yaml
from msgspec import Meta, Struct

from pagewire_gateway.access.callers import Caller, Role

log = logging.getLogger(__name__)

SHORTEST_TOKEN: Final = 16
"""Characters; a shorter token could be guessed."""


class TokensError(ValueError):
    """The file of tokens cannot be used; the message says why."""


class _Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One token of the file: itself, or its SHA-256."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    role: Role
    token: Annotated[str, Meta(min_length=SHORTEST_TOKEN)] = ""
    sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    tokens: list[_Line]


class Known(Struct, frozen=True):
    """A token, without itself."""

    name: str
    role: Role
    digest: bytes

    @property
    def mark(self) -> str:
        """Tells it from an earlier token of the same name."""
        return self.digest.hex()[:16]


class Tokens:
    """The tokens there are.

    Args:
        single: that of ``PAGEWIRE_ADMIN_TOKEN``, which is an admin's; ``None`` without one.
        path: of the file; ``None`` without one.

    Raises:
        TokensError: the file cannot be used.
    """

    def __init__(self, single: str | None, path: Path | None) -> None:
        self._fixed = [Known("admin", "admin", _digest(single))] if single else []
        self._path = path
        self._seen = 0
        self._listed = read(path) if path else []

    def __bool__(self) -> bool:
        return bool(self._fixed) or self._path is not None

    def of(self, given: str) -> tuple[Caller, str] | None:
        """Whose token it is, with the token's mark; every token is looked at, so the time taken tells nothing."""
        digest, found = _digest(given), None
        for one in self._all():
            if hmac.compare_digest(one.digest, digest):
                found = one
        return (Caller(name=found.name, role=found.role, how="token"), found.mark) if found else None

    def still(self, name: str, mark: str) -> Role | None:
        """The role of a token by name and mark; ``None`` once it was taken away or replaced."""
        return next((one.role for one in self._all() if (one.name, one.mark) == (name, mark)), None)

    def _all(self) -> list[Known]:
        if self._path is not None:
            self._refresh(self._path)
        return [*self._fixed, *self._listed]

    def _refresh(self, path: Path) -> None:
        # A mounted Secret is replaced while the gateway runs; a token that was taken out must stop at once.
        try:
            changed = path.stat().st_mtime_ns
            if changed != self._seen:
                self._listed, self._seen = read(path), changed
        except (OSError, TokensError) as error:
            if self._listed:
                log.error("no token of %s counts until it can be read: %s", path, error)  # noqa: TRY400 - says all
            self._listed, self._seen = [], 0


def read(path: Path) -> list[Known]:
    """The tokens of a file.

    Raises:
        TokensError: it cannot be read, or is not what it should be.
    """
    try:
        lines = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _File).tokens
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        # What the file holds must not come into a log, so of a parser's complaint only its kind is told.
        said = str(error) if isinstance(error, OSError | msgspec.ValidationError) else type(error).__name__
        raise TokensError(f"the tokens of {path} cannot be used: {said}") from None
    for line in lines:
        if bool(line.token) is bool(line.sha256):
            raise TokensError(f"token {line.name} of {path} needs `token` or `sha256`, one of the two")
    if len({line.name for line in lines}) != len(lines):
        raise TokensError(f"two tokens of {path} have the same name; the audit log could not tell them apart")
    return [
        Known(line.name, line.role, bytes.fromhex(line.sha256) if line.sha256 else _digest(line.token))
        for line in lines
    ]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
