"""What the rules need to know of conversations: from memory first, from the journal where memory does not know enough."""

from collections import OrderedDict
from datetime import datetime

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway import traces, window
from pagewire_gateway.journal.port import Journal, Stored
from pagewire_gateway.policy import Talk
from pagewire_gateway.traces import DIRECT, INBOUND, OWNER, OWNER_AT, STANDBY, Trace

_KEPT = 20_000
"""Conversations; half a kilobyte each. Of others the journal is asked."""
_TOLD = frozenset({traces.OPENS, traces.HANDOVER})


class Known:
    """A conversation in memory.

    Attributes:
        trace: what events left behind since this process leads, and before if it is `whole`.
        whole: the journal's part is in it.
        unreachable: Meta said so, and the person has done nothing since.
        tagless: Meta warned of tags; none is used with this person up to then.
        shut: Meta said that the window is closed; acts up to this one open nothing.
    """

    __slots__ = ("shut", "tagless", "trace", "unreachable", "whole")

    def __init__(self) -> None:
        self.trace: Trace = traces.blank()
        self.whole = False
        self.unreachable = False
        self.shut = 0
        self.tagless = 0

    @property
    def last_inbound(self) -> int:
        """When the person last opened the window, so that it is open for Meta too."""
        last: int = self.trace[INBOUND]
        return last if last > self.shut else min(last, max(last - window.STANDARD_WINDOW_MS, 1))


class Memory:
    """Conversations of all accounts.

    Args:
        journal: remembers every conversation.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: OrderedDict[Conversation, Known] = OrderedDict()

    def observe(self, stored: Stored) -> None:
        """Take in an event that just became durable."""
        item = stored.item
        conversation = item.conversation
        sign = traces.sign(item)
        if conversation is None or (sign not in _TOLD and item.channel != "standby"):
            return  # What was read or said by the business changes no decision.
        known = self._of(conversation)
        traces.note(known.trace, sign, b"-", item.timestamp, item.channel, item.raw)
        if sign == traces.OPENS:
            known.unreachable = False

    async def talk(self, conversation: Conversation, now: int) -> Talk:
        """What is known now; of private replies and opt-ins nothing."""
        known = self._of(conversation)
        if not known.whole and not _enough(known.trace, now):
            state = await self._journal.conversation(conversation)
            # Merged, not replaced: an event may have been observed while the journal was read.
            known.trace = traces.merge([_trace_of(state), known.trace])
            known.unreachable = known.unreachable or _is_unreachable(state, known.trace)
            known.whole = True
        trace = known.trace
        return Talk(
            last_inbound=known.last_inbound,
            direct=trace[DIRECT],
            standby=trace[STANDBY],
            owner=trace[OWNER],
            owner_at=trace[OWNER_AT],
            unreachable=known.unreachable,
            tagless_until=known.tagless,
        )

    def unreachable(self, conversation: Conversation) -> None:
        """Meta said that this person cannot be written to."""
        self._of(conversation).unreachable = True

    def owned_elsewhere(self, conversation: Conversation, now: int) -> None:
        """Meta said so at that time: another app has the thread."""
        trace = self._of(conversation).trace
        trace[STANDBY] = max(trace[STANDBY], now)

    def closed(self, conversation: Conversation, upto: int | None = None) -> int:
        """Meta said that the window is closed, whatever is known here: it stays so until the person acts again.

        Args:
            conversation: which.
            upto: the last act that opened nothing; the last one known if it is not given.

        Returns:
            That act's time.
        """
        known = self._of(conversation)
        known.shut = known.trace[INBOUND] if upto is None else max(known.shut, upto)
        return known.shut

    def warned(self, conversation: Conversation, until: int) -> None:
        """Meta warned of the use of tags with this person."""
        self._of(conversation).tagless = until

    def forget(self, conversation: Conversation) -> None:
        """Know nothing of a conversation any more."""
        self._known.pop(conversation, None)

    def _of(self, conversation: Conversation) -> Known:
        known = self._known.get(conversation)
        if known is None:
            known = self._known[conversation] = Known()
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(conversation)
        return known


def _enough(trace: Trace, now: int) -> bool:
    """Whether no older event could change a decision: the person has just written, and to us."""
    direct = trace[DIRECT]
    return bool(direct >= trace[STANDBY] and direct >= trace[OWNER_AT] and now <= window.closes_at(direct))


def _trace_of(state: ConversationState) -> Trace:
    trace = traces.blank()
    trace[INBOUND], trace[DIRECT] = _millis(state.last_inbound), _millis(state.last_direct)
    trace[STANDBY] = _millis(state.last_standby)
    trace[OWNER], trace[OWNER_AT] = state.owner or "", _millis(state.owner_since)
    return trace


def _is_unreachable(state: ConversationState, trace: Trace) -> bool:
    return state.unreachable_since is not None and _millis(state.unreachable_since) > trace[INBOUND]


def _millis(when: datetime | None) -> int:
    return 0 if when is None else round(when.timestamp() * 1000)
