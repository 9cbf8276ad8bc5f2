"""What is remembered of a conversation to hold messages back or to answer nothing, in the plugin's store.

It outlives restarts. Every change is made on what is there at that moment, and names the event or reply it is for, so several
processes and another attempt come to the same.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from pagewire.resources.durations import parse_duration
from pagewire.stores import Store
from pagewire_auto_reply.shapes import Limit

SENT: Final = "sent"
DISCLOSED: Final = "disclosed"
QUIET: Final = "quiet"
LATE: Final = "late"
ANSWERED: Final = "answered"
SAME: Final = "same"
LANGUAGE: Final = "language"
_MARK: Final = 40
"""Characters of a key that are kept: ids of replies and events have 32, and a thousand have to fit into one value."""
DAY: Final = 24 * 3600.0


async def counted(store: Store, limit: int, within: str, key: str, now: float, *, under: str = SENT) -> bool:
    """Count a message, or an answer, if it may go; asked about again it counts once.

    Args:
        store: of its conversation.
        limit: how many may go.
        within: in so long.
        key: which one it is.
        now: seconds since 1970.
        under: what is counted.

    Returns:
        Whether it may go.
    """
    span, mark = parse_duration(within).total_seconds(), key[:_MARK]

    def count(known: list[Any]) -> list[Any]:
        recent = [one for one in known if one[0] > now - span]
        return recent if len(recent) >= limit or _holds(recent, mark) else [*recent, [int(now), mark]]

    return _holds(await store.change(under, count, default=[], ttl=span), mark)


def _holds(known: list[Any], key: str) -> bool:
    return any(one[1] == key for one in known)


async def tells(store: Store, every: str, key: str, now: float) -> bool:
    """Whether this message has to carry the disclosure; remembers that it does."""
    span = parse_duration(every).total_seconds()
    if not span:
        return True

    def tell(known: list[Any] | None) -> list[Any]:
        due = known is None or known[1] == key or now >= known[0] + span
        return [now, key] if due or known is None else known

    return bool((await store.change(DISCLOSED, tell, ttl=span))[1] == key)


async def not_sent(store: Store, reply: str) -> None:
    """Take back what was remembered of a reply that never reached the person; the keys of its messages begin with its id."""
    if await store.get(SENT):
        await store.change(
            SENT, lambda known: [one for one in known if not one[1].startswith(reply)], default=[], ttl=7 * DAY
        )
    told = await store.entry(DISCLOSED)
    if told is not None and told.value[1].startswith(reply):
        await store.delete(DISCLOSED)


async def was_read(store: Store) -> None:
    """Count anew: the person has read."""
    if await store.get(SENT):
        await store.delete(SENT)


async def rest(store: Store, until: float, now: float) -> None:
    """Ask no rule until then."""
    if until > now:
        await store.change(QUIET, lambda known: max(known, until), default=0.0, ttl=until - now)


async def is_resting(store: Store, now: float) -> bool:
    """Whether no rule is to be asked."""
    return bool(now < await store.get(QUIET, 0.0))


async def is_answered_late(store: Store, event: str, happened: datetime) -> bool:
    """Whether another message of the same gap was answered: who wrote five times in vain gets one late answer, not five."""
    late = await store.get(LATE)
    return late is not None and late[1] != event and happened.timestamp() <= late[0]


async def answers_late(store: Store, event: str, found: datetime) -> None:
    """Remember that this event of a gap is the one to be answered."""
    await store.put(LATE, [found.timestamp(), event], ttl=7 * DAY)


async def says_again(store: Store, limit: Limit, event: str, text: str, now: float) -> bool:
    """Whether the person said the same more often than is answered; only a digest of what they said is kept."""
    if limit.same_text is None:
        return False
    span = parse_duration(limit.within).total_seconds()
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()

    def hear(known: dict[str, Any] | None) -> dict[str, Any]:
        if known is None or known["text"] != digest or known["at"] <= now - span:
            return {"text": digest, "at": now, "events": [event]}
        events = known["events"] if event in known["events"] else [*known["events"], event]
        return {"text": digest, "at": max(now, known["at"]), "events": events[-1001:]}

    heard = await store.change(SAME, hear, ttl=span)
    return bool(event in heard["events"] and heard["events"].index(event) >= limit.same_text)
