"""Where a login leaves its token without a cluster: a locked file beside the manifests, or memory where there is no key."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from pagewire.locks import LockError, Locks, place_of, unlocked
from pagewire_gateway.registry.port import LoginToken

from .grant import Grant
from .keeping import NOBODY, Held, KeepError, annotations, read_notes, secret_name, values
from .replacing import alone, replace

log = logging.getLogger(__name__)

Remember = Callable[[str, bytes], Awaitable[None]]
FOLDER: Final = "logins"


class FileKeeper:
    """One file for each login, under ``logins/`` in the folder of manifests, with mode 0600 and every value locked.

    Without a key nothing is written: the gateway remembers a login until it ends, and a terminal refuses.

    Args:
        folder: the folder.
        locks: lock the values.
        remember: serves a document as if it were in a file of the folder; ``None`` where nobody stays to serve it.
    """

    def __init__(self, folder: Path, locks: Locks, remember: Remember | None = None) -> None:
        self._folder, self._locks, self._remember = folder, locks, remember
        self._remembered: dict[Path, bytes] = {}

    def path(self, token: LoginToken) -> Path:
        """The file of a token's login."""
        return self._folder / FOLDER / token.namespace / f"{token.name}.json"

    async def check(self, token: LoginToken) -> None:
        """See `Keeper.check`."""
        if await asyncio.to_thread(self._can_lock):
            await asyncio.to_thread(self._make_folder, token)

    async def renew(self) -> int:
        """See `Keeper.renew`."""
        return await asyncio.to_thread(self._renew)

    async def keep(self, token: LoginToken, grant: Grant) -> None:
        """See `Keeper.keep`."""
        texts = {key: value.reveal() for key, value in values(token, grant).items()}
        notes = annotations(grant, datetime.now(UTC))
        if await asyncio.to_thread(self._can_lock):
            await asyncio.to_thread(self._write, token, texts, notes)
        else:
            log.warning("the login for %s/%s is remembered until this process ends: there is no key to lock it with",
                        token.namespace, token.name)  # fmt: skip
            await self._hold(token, texts, notes)

    async def forget(self, token: LoginToken, held: Held) -> bool:
        """See `Keeper.forget`."""
        if self.path(token) not in self._remembered:
            return await asyncio.to_thread(self._write, token, {}, {}, held.version)
        if _version(self._remembered[self.path(token)]) != held.version:
            return False
        await self._hold(token, {}, {})
        return True

    async def held(self, token: LoginToken) -> Held:
        """See `Keeper.held`."""
        return await asyncio.to_thread(self._held, token)

    def _can_lock(self) -> bool:
        try:
            if self._locks.can_lock():
                return True
        except LockError as error:
            raise KeepError(str(error)) from error
        if self._remember is None:
            raise KeepError("there is no key to lock the token with; name a file by PAGEWIRE_SECRETS_KEY_FILE")
        return False

    async def _hold(self, token: LoginToken, texts: Mapping[str, str], notes: Mapping[str, str]) -> None:
        assert self._remember is not None  # noqa: S101 - `_can_lock` has looked
        path, text = self.path(token), _encode(_document(token, texts, notes))
        await self._remember(str(path.relative_to(self._folder)), text)
        self._remembered[path] = text

    def _held(self, token: LoginToken) -> Held:
        path = self.path(token)
        try:
            text = self._remembered.get(path) or path.read_bytes()
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
        try:
            document = self._locked(_document(token, texts, notes))
            with alone(path.parent):
                if version is not None and path.exists() and _version(path.read_bytes()) != version:
                    return False
                replace(path, _encode(document))
                return True
        except LockError as error:
            raise KeepError(str(error)) from error
        except OSError as error:
            raise KeepError(f"{path} cannot be written: {error.strerror}") from error

    def _renew(self) -> int:
        files = sorted((self._folder / FOLDER).glob("*/*.json"))
        stale = [path for path in files if self._is_stale(path)]
        if not stale or not self._can_lock():
            return 0
        for path in stale:
            self._renew_file(path)
        return len(stale)

    def _is_stale(self, path: Path) -> bool:
        return not all(map(self._locks.fresh, _values(path)))

    def _renew_file(self, path: Path) -> None:
        try:
            with alone(path.parent):
                document = msgspec.json.decode(path.read_bytes())
                about = document["metadata"]
                clear = unlocked(document["stringData"], about["namespace"], about["name"], self._locks)
                replace(path, _encode(self._locked({**document, "stringData": clear})))
        except (OSError, LockError, ValueError, KeyError, TypeError) as error:
            said = error if isinstance(error, LockError | OSError) else "it is not a login's file"
            raise KeepError(f"{path} cannot be locked anew: {said}") from error

    def _locked(self, document: dict[str, Any]) -> dict[str, Any]:
        about = document["metadata"]
        texts = {
            key: self._locks.lock(text, place_of(about["namespace"], about["name"], key))
            for key, text in document["stringData"].items()
        }
        return {**document, "stringData": texts}


def _values(path: Path) -> list[str]:
    """The values of a login's file; none of one that somebody else put there."""
    try:
        found = msgspec.json.decode(path.read_bytes())["stringData"]
        return [text for text in found.values() if isinstance(text, str)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _version(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _encode(document: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _document(token: LoginToken, texts: Mapping[str, str], notes: Mapping[str, str]) -> dict[str, Any]:
    metadata = {"name": secret_name(token), "namespace": token.namespace, "annotations": dict(notes)}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(texts)}
