"""Which Secrets a resource names. Pure."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

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
        for field in fields(value):
            yield from _refs(f"{path}.{field.encode_name}", getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _refs(f"{path}[{number}]", one)
