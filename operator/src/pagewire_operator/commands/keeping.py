"""Tokens that a run on a folder was given by Meta, as a file of Secret manifests."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from pagewire.resources.token import TOKEN_KEY
from pagewire_operator.model import SecretView
from pagewire_operator.plain_world import PlainWorld

Name = tuple[str, str]


def made_secrets(world: PlainWorld, given: Iterable[Name]) -> list[SecretView]:
    """Secrets with a token that were not there before."""
    before = set(given)
    made = (secret for secret in world.secrets() if (secret.namespace, secret.name) not in before)
    return [secret for secret in made if TOKEN_KEY in secret.values]


def write_secrets(file: Path, secrets: Iterable[SecretView]) -> None:
    """Write them as a ``List``, readable by the owner alone; an older file is replaced in one step."""
    body = msgspec.json.encode({"apiVersion": "v1", "kind": "List", "items": [_document(one) for one in secrets]})
    beside = file.with_name(f".{file.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:  # noqa: PTH123
        opened.write(msgspec.json.format(body, indent=2) + b"\n")
    beside.replace(file)


def _document(secret: SecretView) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret.name, "namespace": secret.namespace},
        "stringData": {key: value.reveal() for key, value in secret.values.items()},
    }
