"""Tokens that a run on a folder was given by Meta, as a file of Secret manifests with locked values."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from pagewire.locks import Locks, place_of
from pagewire.resources.token import TOKEN_KEY, AccessToken
from pagewire_operator.brain.tokens.kept import owner_of
from pagewire_operator.model import SecretView
from pagewire_operator.plain_world import MADE_FOR, PlainWorld


def made_secrets(world: PlainWorld) -> list[SecretView]:
    """Secrets with a token that this run made, or made anew."""
    return [secret for secret in world.kept() if TOKEN_KEY in secret.values]


def owned_secrets(world: PlainWorld) -> list[SecretView]:
    """Those, and the ones that earlier runs made for the AccessTokens there are: all that the file has to hold."""
    owners = {owner_of(token) for token in world.all("AccessToken") if isinstance(token, AccessToken)}
    return [secret for secret in world.secrets() if secret.owner in owners and TOKEN_KEY in secret.values]


def write_secrets(file: Path, secrets: Iterable[SecretView], locks: Locks) -> None:
    """Write them as a ``List``, readable by the owner alone; an older file is replaced in one step.

    Raises:
        LockError: there is no key to lock them with; nothing was written.
    """
    body = msgspec.json.encode(
        {"apiVersion": "v1", "kind": "List", "items": [_document(one, locks) for one in secrets]}
    )
    beside = file.with_name(f".{file.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:  # noqa: PTH123
        opened.write(msgspec.json.format(body, indent=2) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)


def _document(secret: SecretView, locks: Locks) -> dict[str, Any]:
    def locked(key: str, text: str) -> str:
        return locks.lock(text, place_of(secret.namespace, secret.name, key))

    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret.name, "namespace": secret.namespace, "annotations": {MADE_FOR: secret.owner}},
        "stringData": {key: locked(key, value.reveal()) for key, value in secret.values.items()},
    }
