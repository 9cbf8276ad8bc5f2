"""What Meta taught by refusing, kept: a restart, or another process, must not learn it by breaking the rule once more."""

import logging
from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol

from msgspec import Struct

from pagewire_gateway.journal.port import JournalError

log = logging.getLogger(__name__)

Topic = Literal["human_agent", "window_closed", "owned_elsewhere", "tag_warned", "throttled", "config"]
"""``human_agent``: Meta has not approved the feature for this app. ``window_closed``, ``owned_elsewhere``, ``tag_warned``: of a
conversation.
``throttled``, ``config``: an account, or for ``throttled`` an app, rests."""

DAY_MS: Final = 86_400_000
WORTH: Final = 5_000
"""Milliseconds: a shorter rest is over before a restart is."""


class Lesson(Struct, frozen=True, kw_only=True):
    """One thing Meta taught. Times are milliseconds since 1970, UTC.

    Attributes:
        topic: see `Topic`.
        object: ``page`` or ``instagram``; ``app`` for what holds of an app.
        account: Page, account or app id.
        person: scoped id; empty where it is not about a conversation.
        at: of ``window_closed``: the person's last act that Meta did not count. Else when it was learnt.
        until: it is forgotten then.
        why: Meta's words, for people.
    """

    topic: Topic
    object: str
    account: str
    person: str = ""
    at: int
    until: int
    why: str = ""


class Lessons(Protocol):
    """Where they are kept."""

    async def current(self, now: int) -> Sequence[Lesson]:
        """Those that still hold; the others are dropped. Raises `JournalError`."""
        ...

    async def keep(self, lesson: Lesson) -> None:
        """Keep one, durably; of the same topic and subject the latest. Raises `JournalError`."""
        ...

    async def drop(self, topic: Topic, object: str, account: str) -> None:  # noqa: A002 - Meta's words
        """It holds no longer. Raises `JournalError`."""
        ...


class Notebook:
    """Writes lessons down. Where that fails they hold in memory, and the gateway goes on.

    Args:
        lessons: where they are kept.
        clock: milliseconds since 1970.
    """

    def __init__(self, lessons: Lessons, clock: Callable[[], int]) -> None:
        self._lessons = lessons
        self._clock = clock

    async def current(self) -> Sequence[Lesson]:
        """Those that still hold; none if they cannot be read."""
        try:
            return await self._lessons.current(self._clock())
        except JournalError as error:
            log.warning("what Meta refused before this start is not known: %s", error)
            return ()

    async def keep(self, lesson: Lesson) -> None:
        """Keep one."""
        try:
            await self._lessons.keep(lesson)
        except JournalError as error:
            log.warning("what Meta taught (%s) is not kept over a restart: %s", lesson.topic, error)

    async def drop(self, lesson: Lesson) -> None:
        """It holds no longer."""
        try:
            await self._lessons.drop(lesson.topic, lesson.object, lesson.account)
        except JournalError as error:
            log.warning("what Meta taught (%s) is not forgotten yet: %s", lesson.topic, error)

    def lesson(self, topic: Topic, subject: tuple[str, ...], *, until: int, at: int = 0, why: str = "") -> Lesson:
        """One about an app or account, or, with a scoped id as third, a conversation."""
        object_, account, *person = subject
        return Lesson(
            topic=topic, object=object_, account=account, person="".join(person), at=at or self._clock(),
            until=until, why=why[:500],
        )  # fmt: skip
