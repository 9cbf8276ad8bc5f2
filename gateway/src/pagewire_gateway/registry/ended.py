"""Tokens that went with a login whose person took the app back. Pure."""

import hashlib
from typing import NamedTuple

from pagewire.sealed import Sealed


class Ended(NamedTuple):
    """A token that is of no use any more.

    Attributes:
        digest: of the token; the AccessToken may hold another by now, and that one counts.
        login: the AccessToken whose login ended, as ``namespace/name``.
    """

    digest: str
    login: str


def digest_of(token: Sealed[str]) -> str:
    """What is remembered of a token: enough to know it again, and nothing to use."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()
