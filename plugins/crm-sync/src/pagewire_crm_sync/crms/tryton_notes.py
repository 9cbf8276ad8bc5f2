"""The timeline at Tryton: a note on the party for each event.

Tryton's notes (`ir.note`) have no field with unique values. So the last line of each names its event; what stands there already
is looked for before anything is written, and once more afterwards: of two that name the same event, as when an attempt that was
given up came through after all, the later one is deleted.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pagewire_crm_sync.crms.asks import Note
from pagewire_crm_sync.crms.tryton_rpc import Rpc

NOTE: Final = "ir.note"
_MARK: Final = "Pagewire event "


class Notes:
    """Notes of one database.

    Args:
        rpc: calls to it.
    """

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def written(self, notes: Mapping[str, Note]) -> dict[str, int]:
        """Write notes that are not there yet; the id of each, by event. Their `record` is the id of a party.

        Raises:
            NotAnswered: that cannot be known now.
        """
        found = await self._found(notes)
        if news := [_values(event, each) for event, each in notes.items() if event not in found]:
            await self._rpc.call(f"{NOTE}.create", news)
            found = await self._found(notes)
        if surplus := [id_ for ids in found.values() for id_ in ids[1:]]:
            await self._rpc.call(f"{NOTE}.delete", surplus)
        return {event: ids[0] for event, ids in found.items()}

    async def of(self, parties: Sequence[int]) -> list[int]:
        """Ids of all notes of some parties, whoever wrote them.

        Raises:
            NotAnswered: that cannot be known now.
        """
        if not parties:
            return []
        found = await self._rpc.rows(NOTE, [["resource", "in", [*map(resource, parties)]]], ["id"])
        return [each["id"] for each in found]

    async def _found(self, notes: Mapping[str, Note]) -> dict[str, list[int]]:
        """Ids of notes that name these events, the oldest first."""
        resources = [*dict.fromkeys(resource(each.record) for each in notes.values())]
        marked = ["OR", *(["message", "like", f"%{_MARK}{event}"] for event in notes)]
        found: dict[str, list[int]] = {}
        for each in await self._rpc.rows(NOTE, [["resource", "in", resources], marked], ["message"]):
            found.setdefault(each["message"].rpartition(_MARK)[2], []).append(each["id"])
        return found


def resource(party: int | str) -> str:
    """A party as a note names it."""
    return f"party.party,{party}"


def _values(event: str, note: Note) -> dict[str, Any]:
    when = datetime.fromtimestamp(note.at // 1000, UTC).isoformat().replace("+00:00", "Z")
    lines = (note.title, when, *note.lines, "", f"{_MARK}{event}")
    return {"resource": resource(note.record), "message": "\n".join(lines)}
