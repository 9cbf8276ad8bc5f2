"""Where a login leaves its token. Pure."""

from typing import Final

from pagewire.resources import AccessToken, SecretKeyRef
from pagewire.resources.token import TOKEN_KEY

__all__ = ["login_ref"]

SUFFIX: Final = "-login"


def login_ref(token: AccessToken) -> SecretKeyRef:
    """The Secret that ``from.login`` waits for: ``<name>-login``, key ``token``.

    Whoever finishes the login writes it; the operator only reads it, and keeps what it makes of it in a Secret of its own.
    """
    return SecretKeyRef(name=f"{token.metadata.name}{SUFFIX}", key=TOKEN_KEY)
