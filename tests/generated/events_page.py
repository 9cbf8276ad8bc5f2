"""docs/reference/events.md: every kind, its struct and its fields."""

import inspect

import msgspec

from pagewire import events
from pagewire.events import KINDS, Call, Change, Event, _parts
from tests.generated.words import fields, properties, prose

_HEAD = """\
# Events

<!-- Written by `python -m tests.generated`; edit the docstrings in `pagewire.events` instead. -->

Every item of a delivery body becomes an event of exactly one *kind*. The first item key that is there, in the order of this
table, and is not null decides; `message_echo` and `message_deleted` are messages that say so themselves. What no row fits is
`unknown`: kept, shown, and handed to plugins that implement `event_received`.

*Container* is where in an entry Meta puts it. What came in `standby` is on channel `standby`: another app owns the thread, and
`standby_received` is called in place of the hook of the kind. The test button of the App Dashboard sends messaging kinds in
`changes`, with an entry id of 0.

Each event calls `event_received` and then the hook of its kind: see [hooks](hooks.md). Times are UTC;
ids are text, even where Meta sends numbers. Fields may be missing far more often than Meta's reference says.
"""


def text() -> str:
    """The whole page."""
    structs: list[type[Event]] = list(dict.fromkeys([*KINDS.values(), Call, Change]))
    parts = shared_parts()
    rooms = [
        _HEAD,
        _table(structs),
        _every_event(),
        *[_kind(struct) for struct in structs],
        "## Parts\n",
        *[_part(part) for part in parts],
    ]
    return "\n".join(rooms)


def shared_parts() -> list[type[msgspec.Struct]]:
    """The structs that several kinds are made of."""
    found = [part for _, part in inspect.getmembers(_parts, inspect.isclass) if issubclass(part, msgspec.Struct)]
    return [part for part in found if part is not msgspec.Struct]


def kinds_of(struct: type[Event]) -> list[str]:
    """The kinds a struct is for."""
    named = [kind for kind, one in KINDS.items() if one is struct]
    return named + ({Call: ["call.*"], Change: ["change.*"]}.get(struct, []))


def heading(struct: type[Event]) -> str:
    """The heading of a struct's section."""
    return ", ".join(kinds_of(struct))


def _table(structs: list[type[Event]]) -> str:
    rows = [
        f"| `{kind}` | {_keys(struct)} | `{struct.__name__}` | {_own_hook(struct)} | {_names(struct.containers)} |"
        for struct in structs
        for kind in kinds_of(struct)
    ]
    head = [
        "## Kinds",
        "",
        "| kind | item key | struct | hook of its own | container |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def _keys(struct: type[Event]) -> str:
    if struct is events.PageIntegrity:
        return "`status` beside `violations`, `restrictions` or `action_events`"
    return _names(struct.finds)


def _own_hook(struct: type[Event]) -> str:
    return "" if struct.hook == Event.hook else f"`{struct.hook}`"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _every_event() -> str:
    return "\n".join(["## Every event", "", prose(Event), "", *fields(Event), *properties(Event), ""])


def _kind(struct: type[Event]) -> str:
    about = [f"Struct `{struct.__name__}`, container {_names(struct.containers)}, hook `{struct.hook}`."]
    own = fields(struct, frozenset(Event.__struct_fields__)) + properties(struct, Event)
    return "\n".join([f"## {heading(struct)}", "", prose(struct), "", *about, *(["", *own] if own else []), ""])


def _part(part: type[msgspec.Struct]) -> str:
    return "\n".join([f"### {part.__name__}", "", prose(part), "", *fields(part), *properties(part), ""])
