"""The Secret in which an AccessToken keeps its result: the one place where a token is written down. Pure.

Beside the token it says what the token was made from, so that a changed source is noticed without a token, or a digest
of one, in any status.
"""

import hashlib
from typing import Final

from pagewire.resources import AccessToken, owned_secret
from pagewire.resources.token import TOKEN_KEY
from pagewire.sealed import Sealed
from pagewire_operator.model import SecretView, World

from .facts import Kept

__all__ = ["ASKED_AT", "asked_at", "in_world", "mark", "owner_of", "read", "values"]

MADE_FROM: Final = "made-from"
MADE_AT: Final = "made-at"
EXPIRES_AT: Final = "expires-at"
PERMISSIONS: Final = "permissions"
RETIRED: Final = "retired"
ASKED_AT: Final = "asked-at"
"""When Meta was asked for a token whose answer is not written down yet."""


def in_world(token: AccessToken, world: World) -> Kept | None:
    """What the operator keeps for this very resource; a Secret of somebody else's is not read."""
    view = world.secret(token.metadata.namespace, owned_secret(token))
    if view is None or view.owner != owner_of(token):
        return None
    return read(view)


def asked_at(token: AccessToken, world: World) -> float | None:
    """When Meta was asked for a token that was never written down, in seconds since 1970."""
    view = world.secret(token.metadata.namespace, owned_secret(token))
    if view is None or view.owner != owner_of(token) or ASKED_AT not in view.values:
        return None
    return _number(view.values[ASKED_AT].reveal())


def owner_of(token: AccessToken) -> str:
    """What a Secret of this resource is marked with: its uid, or its name where no cluster gave it one."""
    metadata = token.metadata
    return metadata.uid or f"{token.kind}/{metadata.namespace}/{metadata.name}"


def read(view: SecretView) -> Kept | None:
    """The result in a Secret; ``None`` if there is no token in it."""
    found = {key: value.reveal().strip() for key, value in view.values.items()}
    if not found.get(TOKEN_KEY):
        return None
    return Kept(
        token=Sealed(found[TOKEN_KEY]),
        made_from=found.get(MADE_FROM, ""),
        made_at=_number(found.get(MADE_AT)) or 0.0,
        expires_at=_number(found.get(EXPIRES_AT)),
        permissions=tuple(found.get(PERMISSIONS, "").split()),
        retired=Sealed(found[RETIRED]) if found.get(RETIRED) else None,
    )


def values(kept: Kept) -> dict[str, Sealed[str]]:
    """The contents of the Secret."""
    rest = {
        MADE_FROM: kept.made_from,
        MADE_AT: str(int(kept.made_at)) if kept.made_at else "",
        EXPIRES_AT: "" if kept.expires_at is None else str(int(kept.expires_at)),
        PERMISSIONS: " ".join(kept.permissions),
        RETIRED: kept.retired.reveal() if kept.retired is not None else "",
    }
    return {TOKEN_KEY: kept.token, **{key: Sealed(text) for key, text in rest.items() if text}}


def mark(*parts: str | Sealed[str]) -> str:
    """A mark of what a token is made from: the same for the same parts, and nothing can be read from it."""
    texts = [part.reveal() if isinstance(part, Sealed) else part for part in parts]
    return hashlib.sha256("\0".join(("pagewire", *texts)).encode()).hexdigest()


def _number(text: str | None) -> float | None:
    return float(text) if text and text.isdigit() else None
