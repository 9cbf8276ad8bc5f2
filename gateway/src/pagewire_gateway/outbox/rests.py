"""Rests that Meta asked for, over restarts: who begins anew would call before the time is over."""

from collections.abc import Callable, Sequence

from pagewire_gateway.budgets import Budget, Budgets
from pagewire_gateway.budgets.troubles import Trouble
from pagewire_gateway.outbox.lessons import WORTH, Lesson, Notebook, Topic
from pagewire_gateway.registry.port import Account

Key = tuple[str, str]
_TOPICS: dict[Trouble, Topic] = {"throttled": "throttled", "config": "config"}
_TROUBLES: dict[Topic, Trouble] = {"throttled": "throttled", "config": "config"}


class Rests:
    """Keeps the rests of accounts and apps.

    Args:
        notebook: where they are written down.
        clock: milliseconds since 1970.
    """

    def __init__(self, notebook: Notebook, clock: Callable[[], int]) -> None:
        self._notebook = notebook
        self._clock = clock
        self._kept: dict[Key, Lesson] = {}

    def concern(self, budget: Budget) -> bool:
        """Whether there may be anything to note of an account: mostly nobody rests."""
        return bool(budget.trouble or self._kept or budget.app.paused_until)

    async def note(self, account: Account, budget: Budget) -> None:
        """A request has ended: write down what it came to for its account, where it changed anything."""
        key = (account.object, account.id)
        await self._rest(key, budget)
        if not budget.trouble and key in self._kept:
            await self._notebook.drop(self._kept.pop(key))
        await self._keep(("app", account.app_id), budget.app.paused_until, "throttled", "")

    async def _rest(self, key: Key, budget: Budget) -> None:
        topic = _TOPICS.get(budget.trouble)
        if topic is not None:
            await self._keep(key, budget.paused_until, topic, budget.reason)

    async def _keep(self, key: Key, until: int, topic: Topic, why: str) -> None:
        kept = self._kept.get(key)
        if until - max(self._clock(), kept.until if kept else 0) < WORTH:
            return
        self._kept[key] = lesson = self._notebook.lesson(topic, key, until=until, why=why)
        await self._notebook.keep(lesson)

    def recall(self, lessons: Sequence[Lesson], budgets: Budgets) -> None:
        """Let those rest that were told to before this process led."""
        now = self._clock()
        for lesson in lessons:
            trouble = _TROUBLES.get(lesson.topic)
            if trouble is None:
                continue
            key, seconds = (lesson.object, lesson.account), (lesson.until - now) / 1000
            self._kept[key] = lesson
            if lesson.object == "app":
                budgets.app(lesson.account).rest(seconds)
            else:
                budgets.of(key).rest(seconds, lesson.why, trouble)
