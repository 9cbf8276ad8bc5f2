"""The outermost shape of every kind."""

from typing import Literal

from msgspec import Struct

from .common import Metadata, Spec
from .status import Status


class Resource(Struct, rename="camel", forbid_unknown_fields=True, frozen=True, kw_only=True, gc=False):
    """What the five kinds share; each narrows ``kind``, ``spec`` and ``status``."""

    api_version: Literal["pagewire.dev/v1alpha1"]
    kind: str
    metadata: Metadata
    spec: Spec
    status: Status | None = None
