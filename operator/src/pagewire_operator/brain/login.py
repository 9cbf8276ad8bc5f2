"""Where a login leaves its token. Pure."""

from pagewire.resources import AccessToken, SecretKeyRef, login_secret
from pagewire.resources.token import TOKEN_KEY

__all__ = ["login_ref"]


def login_ref(token: AccessToken) -> SecretKeyRef:
    """The Secret that ``from.login`` waits for: ``<name>-login``, key ``token``.

    Whoever finishes the login writes it; the operator only reads it, and keeps what it makes of it in a Secret of its own.
    """
    return SecretKeyRef(name=login_secret(token), key=TOKEN_KEY)
