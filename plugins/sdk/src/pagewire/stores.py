"""What a plugin can keep over restarts: small JSON values by key, for a conversation or for an account."""

import re
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

__all__ = ["Kept", "Store", "StoreError"]

LONGEST_KEY: Final = 128
LARGEST_VALUE: Final = 64 * 1024
"""Bytes of a value as JSON."""
MOST_OF_CONVERSATION: Final = 128
MOST_OF_ACCOUNT: Final = 10_000
"""Keys of one plugin in one place."""

_KEY: Final = re.compile(r"[A-Za-z0-9_=/-]+(\.[A-Za-z0-9_=/-]+)*")


class StoreError(ValueError):
    """What was asked cannot be kept: the key or the value is none, or there is too much. Says what to do."""


class Kept(Struct, frozen=True, kw_only=True):
    """A value, and the number of its last change.

    Attributes:
        value: what JSON decodes to.
        revision: grows with every change; give it to `Store.replace`.
    """

    value: Any
    revision: int


class Store(Protocol):
    """Values of one plugin in one place: `pagewire.Context.store` and `pagewire.Context.account_store`.

    Keys are at most 128 letters, digits and ``_ - / =``, with single dots between them, as in ``answered.today``. A value is
    anything msgspec can write as JSON, up to 64 KiB, and comes back as plain dicts, lists, strings and numbers. A conversation
    has room for 128 keys of a plugin, an account for 10,000.

    A write is durable when it returns, and counts at once, also if the hook fails afterwards and is called again. What was kept
    for a conversation goes when its person asks to be forgotten: at once, or after the plugin's ``person_deleted`` has returned.
    """

    async def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or `default` if there is none.

        Raises:
            StoreError: that is no key.
        """

    async def entry(self, key: str) -> Kept | None:
        """The value of a key with its revision, ``None`` if there is none."""

    async def put(self, key: str, value: Any, *, ttl: float | None = None) -> int:
        """Keep a value, whatever is there; returns its revision.

        Args:
            key: under which.
            value: what to keep.
            ttl: seconds after which it goes by itself; it stays without.

        Raises:
            StoreError: the key or the value is none, or there is too much.
        """

    async def replace(self, key: str, value: Any, *, revision: int, ttl: float | None = None) -> int | None:
        """Keep a value if nobody changed the key since `revision`; 0 if it must not be there yet.

        Returns:
            The new revision; ``None`` if somebody was faster.
        """

    async def change(
        self, key: str, how: Callable[[Any], Any], *, default: Any = None, ttl: float | None = None
    ) -> Any:
        """Make a new value of the one there is, as if nobody else were at it; returns the new one.

        Args:
            key: under which.
            how: is given the value there is, or `default`; may be called several times, so it only computes.
            default: what `how` is given if there is nothing.
            ttl: as for `put`.
        """

    async def delete(self, key: str) -> bool:
        """Let a key go; returns whether there was one."""

    async def keys(self, prefix: str = "") -> tuple[str, ...]:
        """The keys there are, sorted."""


def checked_key(key: str) -> str:
    """The key, if it is one.

    Raises:
        StoreError: it is not; says what keys look like.
    """
    if not isinstance(key, str) or len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise StoreError(
            f"a key is at most {LONGEST_KEY} letters, digits and _ - / =, with single dots between, as in answered.today"
        )
    return key


def encoded(value: Any) -> bytes:
    """A value as JSON.

    Raises:
        StoreError: it cannot be written as JSON, or is too large.
    """
    try:
        text = msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise StoreError("the value cannot be written as JSON: keep plain data, or what msgspec can write") from error
    if len(text) > LARGEST_VALUE:
        raise StoreError(f"a value has at most {LARGEST_VALUE} bytes as JSON, this one has {len(text)}; keep less")
    return text


def too_many(of: str, most: int) -> StoreError:
    """There is no room for another key."""
    return StoreError(
        f"the plugin keeps {most} keys for {of} already, and there is no room for more; delete some, or give a ttl"
    )
