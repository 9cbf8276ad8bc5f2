"""Asks the rules, with what is known of conversation and account; and learns from what Meta says."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from pagewire.events import Conversation
from pagewire.graph import GraphError
from pagewire.graph.errors import Policy, Thread, Unreachable
from pagewire_gateway.journal.port import EventFilter, Journal, Outbound, Stored
from pagewire_gateway.outbox.lessons import DAY_MS, Lesson, Notebook
from pagewire_gateway.outbox.memory import Memory
from pagewire_gateway.outbox.verdict import HUMAN_AGENT_REFUSED, META_AUTOMATION, TAG_MISUSED, WINDOW_CLOSED
from pagewire_gateway.policy import Decision, Standing, Wish, decide
from pagewire_gateway.registry.port import Account, App

log = logging.getLogger(__name__)

_BLOCKED_FOR: Final = 3_600_000
"""Milliseconds a Page that Meta has blocked waits before it tries again, unless Meta unblocks it before."""

_LOOKED_BACK: Final = 1_000
"""Events of the last hour's sentences: more are not read after a start."""
_UNAPPROVED_FOR: Final = 7 * DAY_MS
"""Milliseconds until a tag that Meta refused is tried again: app review takes days, and nobody tells of its end."""

_TAGLESS_FOR: Final = 7 * DAY_MS
"""Milliseconds: the longest time for which a tag keeps a conversation open."""

Restriction = tuple[int, str]


class Judge:
    """Decides at the moment of sending.

    Args:
        journal: remembers conversations and private replies.
        notebook: keeps what Meta taught.
        clock: milliseconds since 1970.
    """

    def __init__(self, journal: Journal, notebook: Notebook, clock: Callable[[], int]) -> None:
        self._journal = journal
        self._notebook = notebook
        self._clock = clock
        self.memory = Memory(journal)
        self._without_human_agent: dict[str, Lesson] = {}
        self._restricted: dict[tuple[str, str], Restriction] = {}

    def observe(self, stored: Stored) -> None:
        """Take in an event that just became durable."""
        self.memory.observe(stored)
        if stored.item.kind == "policy_enforcement":  # Meta's own sentence about a Page
            self._enforced(stored)

    async def decide(self, account: Account, row: Outbound, wish: Wish) -> Decision:
        """What the rules say now."""
        now = self._clock()
        talk = await self.memory.talk(row.conversation, now)
        if wish.target in {"comment", "post"}:
            used = await self._journal.private_replies(account.object, account.id, row.target)
            talk = msgspec.structs.replace(talk, answered=bool(used - {row.id}))
            wish = msgspec.structs.replace(wish, created=await self._created(row))
        return decide(talk, self.standing(account), wish, now)

    async def _created(self, row: Outbound) -> int:
        found = await self._journal.read([row.event_seq])
        return found[0].item.timestamp if found else 0

    def standing(self, account: Account) -> Standing:
        """What is known of an account."""
        until, why = self._restricted.get((account.object, account.id), (0, ""))
        return Standing(
            surface=account.surface,
            app_id=account.app_id,
            human_agent=account.human_agent and not self._unapproved(account.app_id),
            restricted_until=until,
            restriction=why,
        )

    def _unapproved(self, app_id: str) -> bool:
        lesson = self._without_human_agent.get(app_id)
        return lesson is not None and lesson.until > self._clock()

    async def learn(self, account: Account, row: Outbound, error: GraphError) -> None:
        """Take in why Meta refused."""
        lesson = self._taught(account, row.conversation, error)
        if lesson is not None:
            await self._notebook.keep(lesson)

    def _taught(self, account: Account, talk: Conversation, error: GraphError) -> Lesson | None:
        now, lesson = self._clock(), self._notebook.lesson
        if error.subcode == HUMAN_AGENT_REFUSED:
            taught = lesson("human_agent", ("app", account.app_id), until=now + _UNAPPROVED_FOR, why=str(error))
            self._without_human_agent[account.app_id] = taught
            return taught
        if isinstance(error, Unreachable):
            self.memory.unreachable(talk)  # which the row says too, for as long as it is kept
        elif isinstance(error, Thread) and error.subcode != META_AUTOMATION:
            self.memory.owned_elsewhere(talk, now)
            return lesson("owned_elsewhere", talk, until=now + DAY_MS)
        elif error.subcode == TAG_MISUSED:
            log.error("Meta warns of misused message tags on account %s: look at who answers what", account.id)
            self.memory.warned(talk, now + _TAGLESS_FOR)
            return lesson("tag_warned", talk, until=now + _TAGLESS_FOR)
        elif isinstance(error, Policy) and error.subcode in WINDOW_CLOSED:
            return lesson("window_closed", talk, at=self.memory.closed(talk), until=now + 7 * DAY_MS)
        return None

    async def recall(self, lessons: Sequence[Lesson]) -> None:
        """Know what Meta taught, and said of Pages, before this process led."""
        for lesson in lessons:
            talk = Conversation(lesson.object, lesson.account, lesson.person)
            if lesson.topic == "human_agent":
                self._without_human_agent[lesson.account] = lesson
            elif lesson.topic == "owned_elsewhere":
                self.memory.owned_elsewhere(talk, lesson.at)
            elif lesson.topic == "tag_warned":
                self.memory.warned(talk, lesson.until)
            elif lesson.topic == "window_closed":
                self.memory.closed(talk, lesson.at)
        for view in await self._journal.events(_sentences(self._clock())):
            self._enforced(view.stored)

    def unlearn(self, apps: Iterable[App]) -> list[Lesson]:
        """Whose resource says that the feature is not approved may say that it is another time, and is believed then."""
        known = self._without_human_agent
        return [known.pop(app.app_id) for app in apps if not app.human_agent and app.app_id in known] if known else []

    def _enforced(self, stored: Stored) -> None:
        key = (stored.item.object, stored.item.account)
        action = _action(stored.item.raw)
        if action == "block":
            self._restricted[key] = (stored.received + _BLOCKED_FOR, "it was blocked for breaking Meta's policies")
        elif action == "unblock":
            self._restricted.pop(key, None)


def _sentences(now: int) -> EventFilter:
    return EventFilter(kind="policy_enforcement", since=now - _BLOCKED_FOR, limit=_LOOKED_BACK)


class _Enforcement(msgspec.Struct, frozen=True):
    action: Any = None


class _Item(msgspec.Struct, frozen=True):
    """Meta spells the key both ways."""

    one: _Enforcement | None = msgspec.field(default=None, name="policy_enforcement")
    other: _Enforcement | None = msgspec.field(default=None, name="policy-enforcement")


def _action(raw: bytes) -> object:
    try:
        item = msgspec.json.decode(raw, type=_Item)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    found = item.one or item.other
    return found.action if found else None
