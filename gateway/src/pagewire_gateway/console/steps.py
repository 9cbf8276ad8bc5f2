"""An event's timeline as the console draws it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.timeline import Entry

_SAID: Final = {
    "happened": "Happened at Meta",
    "received": "Received",
    "durable": "Durable in the journal, Meta is answered 200",
    "waits": "Waits",
    "replayed": "Put back by a person",
    "dropped": "Given up by a person",
    "skipped": "Not for this plugin",
    "reply": "Asked for a reply",
    "sent": "Sent; Meta took it",
    "echo": "Its echo came back",
    "arrived": "Arrived at the device",
    "seen": "Read by the person",
}
_MOODS: Final = {
    "done": "good", "sent": "good", "retry": "wait", "queued": "wait", "sending": "wait", "unknown": "wait",
    "pending": "wait", "parked": "bad", "refused": "bad", "dropped": "off",
}  # fmt: skip


class Step(Struct, frozen=True, kw_only=True):
    """One line.

    Attributes:
        said: what happened, in words.
        mood: ``good``, ``wait``, ``bad`` or ``off``.
        since: milliseconds after the step before; 0 for the first ones, and for what is yet to come.
        share: of the longest hook call or request of this event, in percent.
    """

    entry: Entry
    said: str
    mood: str
    since: int
    share: float


def mood_of(state: str) -> str:
    """How the state of a lane or of a reply is shown."""
    return _MOODS.get(state, "off")


def steps_of(entries: Sequence[Entry]) -> list[Step]:
    """The timeline, line by line."""
    longest = max((entry.took_ms or 0 for entry in entries), default=0) or 1
    return list(_steps(entries, longest))


def _steps(entries: Sequence[Entry], longest: int) -> Iterator[Step]:
    before = 0
    for entry in entries:
        at = moments.read(entry.at)
        counts = entry.step not in {"happened", "waits", "skipped"}
        yield Step(
            entry=entry,
            said=_said(entry),
            mood=mood_of(entry.outcome) if entry.outcome else _plain_mood(entry.step),
            since=max(0, at - before) if counts and before else 0,
            share=round(100 * (entry.took_ms or 0) / longest, 1),
        )
        before = at if counts else before


def _said(entry: Entry) -> str:
    if entry.step == "attempt":
        number = f"Attempt {entry.attempt}" if entry.attempt else "Held"
        return f"{number}: {_ENDS.get(entry.outcome, entry.outcome)}"
    if entry.step == "answer":
        return f"Request {entry.attempt}: {entry.outcome}" if entry.attempt else f"Not sent yet: {entry.outcome}"
    if entry.step == "ended":
        return "Not sent, as nobody asked for it" if entry.error_type == "suppressed" else f"Not sent: {entry.outcome}"
    if entry.step == "waits" and entry.reply:
        return f"Reply is {entry.outcome}"
    return _SAID[entry.step]


_ENDS: Final = {"done": "went well", "retry": "failed, will be tried again", "parked": "failed for good, parked"}


def _plain_mood(step: str) -> str:
    return "good" if step in {"durable", "echo", "arrived", "seen"} else "off"
