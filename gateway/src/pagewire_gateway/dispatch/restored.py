"""Answers to what happened before a backup was restored may have gone out since: proof is looked for first. Pure."""

import msgspec

from pagewire_gateway.journal.port import Mark, Pending, Restored

_HEALED = "healed"


def in_doubt(mark: Mark, pending: Pending, restored: Restored) -> Mark:
    """The mark, with its replies ``unknown`` where they may have gone out in another life of this journal.

    What a person has handed to the lane again is not doubted: they know what they do.
    """
    if not restored.at or not mark.replies or pending.generation or not _before(pending, restored):
        return mark
    replies = tuple(msgspec.structs.replace(reply, state="unknown") for reply in mark.replies)
    return msgspec.structs.replace(mark, replies=replies)


def _before(pending: Pending, restored: Restored) -> bool:
    stored = pending.stored
    lost = stored.item.via == _HEALED and stored.item.timestamp < restored.at
    return lost or stored.seq <= restored.seq
