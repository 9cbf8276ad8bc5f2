"""Judges one measurement: what was sent and acknowledged, beside what was answered."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

Key = tuple[int, int]
"""Conversation and turn of a message."""


class Verdict(NamedTuple):
    """Counts of messages."""

    handled: int
    """Of the acknowledged ones, answered at least once."""
    lost: int
    """Acknowledged, and never answered."""
    doubled: int
    """Answered more than once."""
    repeats_doubled: int
    """Of those that Meta repeated, answered more than once."""
    disordered: int
    """First answered after a later message of the same conversation."""


def judge(acknowledged: Iterable[Key], repeated: Iterable[Key], came: Iterable[Key]) -> Verdict:
    """Compare; answers to messages that were never acknowledged may come, and count for order only."""
    acknowledged, repeated = set(acknowledged), set(repeated)
    times: Counter[Key] = Counter()
    newest: dict[int, int] = {}
    disordered = 0
    for conversation, turn in came:
        times[conversation, turn] += 1
        if times[conversation, turn] == 1:
            disordered += turn < newest.get(conversation, 0)
            newest[conversation] = max(turn, newest.get(conversation, 0))
    handled = len(acknowledged & times.keys())
    doubled = {key for key, number in times.items() if number > 1}
    return Verdict(handled, len(acknowledged) - handled, len(doubled), len(doubled & repeated), disordered)
