"""An entry of the timeline as people read it in a CRM. Pure."""

from typing import Any, Final

import msgspec

from pagewire_crm_sync.crms.asks import Note
from pagewire_crm_sync.entry import Entry

_SURFACES: Final = {"page": "Messenger", "instagram": "Instagram"}
_LONGEST: Final = 500
_MOST: Final = 60


def note_of(entry: Entry, record: str) -> Note:
    """The note of an entry. The same entry gives the same note, however often it is asked for.

    Args:
        entry: what happened.
        record: id of the contact's record.
    """
    side = "by the business" if entry.direction == "outbound" else "by the person"
    standby = ", while another app had the conversation" if entry.standby else ""
    what = entry.kind.removeprefix("change.").replace("_", " ").replace(".", " ")
    title = f"{_SURFACES.get(entry.key.object, entry.key.object)}: {what} {side}{standby}"
    lines = tuple(f"{name}: {_shown(value)}" for name, value in entry.facts.items())[:_MOST]
    return Note(record=record, at=int(entry.at.timestamp() * 1000), title=title, lines=lines)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        value = msgspec.json.encode(value).decode()
    text = "yes" if value is True else "no" if value is False else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
