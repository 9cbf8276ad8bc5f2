"""Asks the rules, with what is known of conversation and account; and learns from what Meta says."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from pagewire.graph import GraphError
from pagewire.graph.errors import Policy, Thread, Unreachable
from pagewire_gateway.journal.port import Journal, Outbound, Stored
from pagewire_gateway.outbox.memory import Memory
from pagewire_gateway.outbox.verdict import HUMAN_AGENT_REFUSED, META_AUTOMATION, WINDOW_CLOSED
from pagewire_gateway.policy import Decision, Standing, Wish, decide
from pagewire_gateway.registry.port import Account

_BLOCKED_FOR: Final = 3_600_000
"""Milliseconds a Page that Meta has blocked waits before it tries again, unless Meta unblocks it before."""

Restriction = tuple[int, str]


class Judge:
    """Decides at the moment of sending.

    Args:
        journal: remembers conversations and private replies.
        clock: milliseconds since 1970.
    """

    def __init__(self, journal: Journal, clock: Callable[[], int]) -> None:
        self._journal = journal
        self._clock = clock
        self.memory = Memory(journal)
        self._without_human_agent: set[str] = set()
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
            human_agent=account.human_agent and account.app_id not in self._without_human_agent,
            restricted_until=until,
            restriction=why,
        )

    def learn(self, account: Account, row: Outbound, error: GraphError) -> None:
        """Take in why Meta refused."""
        if error.subcode == HUMAN_AGENT_REFUSED:
            self._without_human_agent.add(account.app_id)
        elif isinstance(error, Unreachable):
            self.memory.unreachable(row.conversation)
        elif isinstance(error, Thread) and error.subcode != META_AUTOMATION:
            self.memory.owned_elsewhere(row.conversation, self._clock())
        elif isinstance(error, Policy) and error.subcode in WINDOW_CLOSED:
            self.memory.closed(row.conversation)

    def registry_changed(self) -> None:
        """What was learnt of apps may be true no longer: a feature may have been approved."""
        self._without_human_agent.clear()

    def _enforced(self, stored: Stored) -> None:
        key = (stored.item.object, stored.item.account)
        action = _action(stored.item.raw)
        if action == "block":
            self._restricted[key] = (self._clock() + _BLOCKED_FOR, "it was blocked for breaking Meta's policies")
        elif action == "unblock":
            self._restricted.pop(key, None)


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
