"""Kubernetes' own Secret documents. Nothing of their values leaves this file but sealed."""

import binascii
from base64 import b64decode
from typing import Any

import msgspec

from pagewire.locks import LockError, Locks, unlocked
from pagewire.manifests.problems import Place
from pagewire.resources import InvalidResourceError, Metadata, Problem
from pagewire.resources.explain import explain
from pagewire.sealed import Sealed

from .entries import SecretEntry, pack
from .sharing import Shared


class SecretDocument(msgspec.Struct, rename="camel", kw_only=True):
    """The part of a Secret that matters here; ``stringData`` wins over ``data``, as in a cluster."""

    metadata: Metadata
    data: dict[str, str] | None = None
    string_data: dict[str, str] | None = None

    def __repr__(self) -> str:
        return "SecretDocument(***)"


def read_secret(value: dict[str, Any], place: Place, shared: Shared, locks: Locks | None = None) -> SecretEntry:
    """Read a Secret document.

    White space around a value is left out: tokens and secrets have none, but files made with ``echo`` do.
    Values that are not text are left out too, and those that are locked are unlocked; without `locks`, as in
    a cluster, whose etcd has keys of its own, they are taken as they are.

    Raises:
        InvalidResourceError: It is not shaped like a Secret, a value of ``data`` is not base64, or one cannot be unlocked.
    """
    try:
        document = msgspec.convert(value, SecretDocument)
    except msgspec.ValidationError as error:
        raise InvalidResourceError((explain(error, SecretDocument).problem,)) from None
    (first_key, first), *more = _in_clear(document, locks).items() or [("", "")]
    return SecretEntry(
        namespace=shared.one(document.metadata.namespace),
        name=shared.one(document.metadata.name),
        file=place.file,
        at=shared.one(pack(place)),
        first_key=shared.one(first_key),
        first=Sealed(first),
        more=tuple((shared.one(key), Sealed(text)) for key, text in more),
    )


def _in_clear(document: SecretDocument, locks: Locks | None) -> dict[str, str]:
    about = document.metadata
    if locks is None:
        return _texts(document)
    try:
        return unlocked(_texts(document), about.namespace, about.name, locks)
    except LockError as error:
        key, _, said = str(error).partition(": ")
        raise InvalidResourceError((Problem(f"stringData.{key}", said),)) from None


def _texts(document: SecretDocument) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in (document.data or {}).items():
        try:
            texts[key] = _decoded(value).decode().strip()
        except UnicodeDecodeError:
            continue
        except binascii.Error:
            said = "not base64; encode it, or write it as it is under stringData"
            raise InvalidResourceError((Problem(f"data.{key}", said),)) from None
    texts.update((key, value.strip()) for key, value in (document.string_data or {}).items())
    return texts


def _decoded(value: str) -> bytes:
    return b64decode("".join(value.split()), validate=True)
