"""Where a login leaves its token: a file of the manifests folder that its owner alone can read."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Protocol

import msgspec

from pagewire.resources.token import LOGIN_SUFFIX, PAGE_TOKEN_KEY, TOKEN_KEY
from pagewire.sealed import Sealed
from pagewire_gateway.registry.port import LoginToken

from .grant import Grant

FOLDER: Final = "logins"
USER: Final = "pagewire.dev/login-user"
"""Annotation: app-scoped ids of who logged in, so that a deauthorization finds the tokens it ends."""
AT: Final = "pagewire.dev/login-at"
"""Annotation: when."""


class KeepError(Exception):
    """A token cannot be stored; the message tells the operator what to do, and nothing of the token."""


class Held(NamedTuple):
    """Who is logged in.

    Attributes:
        ids: app-scoped; empty for nobody, and for tokens that somebody put there by hand.
        at: since when.
        version: of what is stored, as its keeper tells versions apart.
    """

    ids: frozenset[str]
    at: datetime
    version: str = ""


NOBODY: Final = Held(frozenset(), datetime.fromtimestamp(0, UTC))


def read_notes(notes: Mapping[str, str] | None, version: str = "") -> Held:
    """Who is logged in, by the annotations of a login."""
    found = notes or {}
    try:
        at = datetime.fromisoformat(found.get(AT, ""))
    except ValueError:
        at = NOBODY.at
    return Held(frozenset(found.get(USER, "").split()), at if at.tzinfo else at.replace(tzinfo=UTC), version)


class Keeper(Protocol):
    """Stores the tokens of logins: in files, or in the Secrets of a cluster."""

    async def check(self, token: LoginToken) -> None:
        """Find out whether `keep` will work.

        Raises:
            KeepError: it will not.
        """
        ...

    async def keep(self, token: LoginToken, grant: Grant) -> None:
        """Store a login in place of the one before, in one step.

        Raises:
            KeepError: nothing was changed.
        """
        ...

    async def forget(self, token: LoginToken, held: Held) -> bool:
        """Take a login away: its person took it back.

        Args:
            token: whose.
            held: what `held` said; another login may have taken its place since.

        Returns:
            Whether it is gone; if not, something else is stored by now, and nothing was changed.

        Raises:
            KeepError: nothing was changed.
        """
        ...

    async def held(self, token: LoginToken) -> Held:
        """Who is logged in for a token, and since when.

        Raises:
            KeepError: it cannot be read for now.
        """
        ...


def secret_name(token: LoginToken) -> str:
    """The Secret of a token's login."""
    return f"{token.name}{LOGIN_SUFFIX}"


def annotations(grant: Grant, now: datetime) -> dict[str, str]:
    """What is written beside a login."""
    return {USER: " ".join(sorted(grant.ids)), AT: now.strftime("%Y-%m-%dT%H:%M:%SZ")}


def values(token: LoginToken, grant: Grant) -> dict[str, Sealed[str]]:
    """The keys of a login's file: the person's token, and the Page's own, for no operator derives it."""
    page = grant.page(token.page_id) if token.page_id else None
    own = {PAGE_TOKEN_KEY: page.token} if page is not None and page.token is not None else {}
    return {TOKEN_KEY: grant.token, **own}


class FileKeeper:
    """One file for each login, under ``logins/`` in the folder of manifests, with mode 0600.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, token: LoginToken) -> Path:
        """The file of a token's login."""
        return self._folder / FOLDER / token.namespace / f"{token.name}.json"

    async def check(self, token: LoginToken) -> None:
        """See `Keeper.check`."""
        await asyncio.to_thread(self._make_folder, token)

    async def keep(self, token: LoginToken, grant: Grant) -> None:
        """See `Keeper.keep`."""
        texts = {key: value.reveal() for key, value in values(token, grant).items()}
        await asyncio.to_thread(self._write, token, texts, annotations(grant, datetime.now(UTC)))

    async def forget(self, token: LoginToken, held: Held) -> bool:
        """See `Keeper.forget`."""
        return await asyncio.to_thread(self._write, token, {}, {}, held.version)

    async def held(self, token: LoginToken) -> Held:
        """See `Keeper.held`."""
        return await asyncio.to_thread(self._held, token)

    def _held(self, token: LoginToken) -> Held:
        try:
            text = self.path(token).read_bytes()
            return read_notes(msgspec.json.decode(text)["metadata"].get("annotations"), _version(text))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return NOBODY

    def _make_folder(self, token: LoginToken) -> None:
        folder = self.path(token).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ignore = self._folder / FOLDER / ".gitignore"
            if not ignore.exists():
                ignore.write_text("# Tokens of logins: never to be committed.\n*\n")
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise KeepError(f"{folder} cannot be written: {error.strerror}; check who owns it") from error

    def _write(
        self, token: LoginToken, texts: Mapping[str, str], notes: Mapping[str, str], version: str | None = None
    ) -> bool:
        """Write a file, unless it is another version by now; whether it was written."""
        self._make_folder(token)
        path = self.path(token)
        beside = path.with_name(f".{path.name}.new")
        text = msgspec.json.format(msgspec.json.encode(_document(token, texts, notes)), indent=2) + b"\n"
        try:
            with _alone(path.parent):
                if version is not None and path.exists() and _version(path.read_bytes()) != version:
                    return False
                with _private(beside) as opened:
                    opened.write(text)
                    opened.flush()
                    os.fsync(opened.fileno())
                    beside.replace(path)
                    _sync(path.parent)
                return True
        except OSError as error:
            raise KeepError(f"{path} cannot be written: {error.strerror}") from error


def _version(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _document(token: LoginToken, texts: Mapping[str, str], notes: Mapping[str, str]) -> dict[str, Any]:
    metadata = {"name": secret_name(token), "namespace": token.namespace, "annotations": dict(notes)}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(texts)}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time, also among processes: a gateway, and somebody at a terminal."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _private(path: Path) -> BinaryIO:
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")  # noqa: PTH123 - for the mode


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
