"""Which Secrets a resource names. Pure."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from .base import Resource
from .common import SecretKeyRef

__all__ = ["secret_refs"]


def secret_refs(resource: Resource) -> Iterator[tuple[str, SecretKeyRef]]:
    """Every reference to a key of a Secret in a spec, with its path as people write it."""
    yield from _refs("spec", resource.spec)


def _refs(path: str, value: Any) -> Iterator[tuple[str, SecretKeyRef]]:
    if isinstance(value, SecretKeyRef):
        yield path, value
    elif isinstance(value, Struct):
        for field, written in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            part = getattr(value, field)
            if isinstance(part, Struct | list | tuple):
                yield from _refs(f"{path}.{written}", part)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _refs(f"{path}[{number}]", one)
