"""One thing that somebody should look at."""

from typing import Literal

from msgspec import Struct


class Matter(Struct, frozen=True, kw_only=True):
    """One thing to look at.

    Attributes:
        mood: ``bad`` for what does not work, ``wait`` for what will not for long.
        title: what is wrong.
        said: why, and what to do.
        href: the page that tells more.
    """

    mood: Literal["bad", "wait"]
    title: str
    said: str = ""
    href: str = ""
