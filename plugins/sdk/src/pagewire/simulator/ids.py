"""Ids and names as Meta's look: opaque, long, and never the same person id on two accounts."""

from __future__ import annotations

import hashlib
import random
from base64 import urlsafe_b64encode

_FIRST = ("Ada", "Bruno", "Chiara", "Dev", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jun", "Kaia", "Luca", "Mina")
_LAST = ("Adler", "Boateng", "Costa", "Dahl", "Engel", "Fiore", "Gupta", "Holm", "Ito", "Jansen", "Keller")


class Ids:
    """Makes the ids one running simulator hands out.

    Args:
        seed: fixes the sequence of ids. Two runs with one seed repeat message ids, which a receiver with a
            memory takes for repeats; so it is left out except where a run must be reproduced exactly.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.random = random.Random(seed)  # noqa: S311 - ids and chances of a simulator, not secrets

    def mid(self, object_name: str) -> str:
        """A message id: ``m_...`` on a Page, about 160 characters from ``aWdf`` on Instagram (outbound.md 1.7)."""
        if object_name == "page":
            return "m_" + urlsafe_b64encode(self.random.randbytes(63)).decode()
        noise = urlsafe_b64encode(self.random.randbytes(108)).decode()
        return "aWdfZAG1faXRlbTox" + noise.replace("-", "Z").replace("_", "B")

    def trace(self) -> str:
        """An ``fbtrace_id``."""
        return "A" + urlsafe_b64encode(self.random.randbytes(15)).decode()

    def number(self, prefix: str) -> str:
        """A decimal id of 16 digits that begins with ``prefix``."""
        return prefix + "".join(self.random.choices("0123456789", k=16 - len(prefix)))

    def challenge(self) -> str:
        """A ``hub.challenge``: an integer, as Meta documents it (webhooks.md 1.1)."""
        return str(self.random.randrange(10**8, 10**9))


def _digits(*parts: str) -> str:
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**13:013d}"


def scoped_id(object_name: str, account: str, person: str) -> str:
    """The PSID or IGSID that a person named ``person`` has on this account; the same in every run."""
    return ("710" if object_name == "page" else "120") + _digits(account, person)


def conversation_id(account: str, scoped: str) -> str:
    """The ``t_...`` id under which the Conversations API knows a conversation."""
    return "t_1" + _digits("conversation", account, scoped)


def invented_name(person: str) -> tuple[str, str]:
    """A first and a last name for a person nobody described; the same in every run."""
    pick = int(_digits("name", person))
    return _FIRST[pick % len(_FIRST)], _LAST[pick // len(_FIRST) % len(_LAST)]
