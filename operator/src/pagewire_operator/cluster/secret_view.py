"""A Secret of the cluster as the brain sees it. Pure; no value leaves it but sealed."""

import binascii
from base64 import b64decode
from collections.abc import Iterator

from pagewire.kube import Object, version_of
from pagewire.resources import GROUP
from pagewire.sealed import Sealed
from pagewire_operator.model import SecretView


def view_of(found: Object) -> SecretView:
    """Read a Secret.

    White space around a value is left out: tokens have none, but files made with ``echo`` do. Values that are not text are
    left out too.
    """
    metadata = found["metadata"]
    return SecretView(
        namespace=metadata["namespace"],
        name=metadata["name"],
        version=version_of(found),
        owner=owner_of(found),
        values=dict(_texts(found.get("data") or {})),
    )


def owner_of(found: Object) -> str:
    """Uid of the object that controls it; empty if none does."""
    return next((str(one["uid"]) for one in _controllers(found)), "")


def is_ours(found: Object) -> bool:
    """Whether a resource of ours controls it."""
    return any(str(one.get("apiVersion", "")).startswith(f"{GROUP}/") for one in _controllers(found))


def _controllers(found: Object) -> Iterator[Object]:
    return (one for one in found["metadata"].get("ownerReferences") or () if one.get("controller"))


def _texts(data: dict[str, str]) -> Iterator[tuple[str, Sealed[str]]]:
    for key, value in data.items():
        try:
            yield key, Sealed(b64decode(value).decode().strip())
        except (binascii.Error, UnicodeDecodeError):
            continue
