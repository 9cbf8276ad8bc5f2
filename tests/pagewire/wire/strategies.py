"""JSON that Hypothesis makes: any value, and samples with something done to them."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from pagewire import samples
from pagewire.events import KINDS
from tests.pagewire.wire.bodies import PAGE, PERSON, WHEN

_FIELDS = {name for struct in KINDS.values() for name in struct.__struct_fields__}
_ENVELOPE = {
    "object",
    "entry",
    "id",
    "time",
    "messaging",
    "standby",
    "calls",
    "changes",
    "field",
    "value",
    "hop_context",
}
_ITEM = {
    "sender",
    "recipient",
    "timestamp",
    "message",
    "is_echo",
    "is_deleted",
    "from",
    "user_ref",
    "status",
    "violations",
}
_FOUND = {key for struct in KINDS.values() for key in struct.finds}
WORDS = sorted(_FIELDS | _ENVELOPE | _ITEM | _FOUND)

keys = st.sampled_from(WORDS) | st.text(max_size=5)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [
            WHEN,
            1_790_000_000,
            "1790000000",
            PAGE,
            PERSON,
            "0",
            "",
            "m_1",
            "a:b%c",
            "comments",
            "feed",
            "\ud800",
            "react",
        ]
    )
    | st.text(st.characters(codec=None), max_size=8)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=6)


def dumped(value: Any) -> bytes:
    """The JSON of a value."""
    return json.dumps(value).encode()


def mended(value: Any) -> Any:
    """A value without half surrogate pairs, which cannot be kept."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {mended(key): mended(member) for key, member in value.items()}
    return [mended(element) for element in value] if isinstance(value, list) else value


Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> list[Place]:
    """The way to every member and element of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [here] if here else []
    for step, member in inner:
        found += places(member, (*here, step))
    return found


@st.composite
def changed_samples(draw: st.DrawFn) -> Any:
    """A sample in which members were replaced, added, removed or doubled."""
    value = json.loads(samples.body(draw(st.sampled_from(samples.names()))))
    for _ in range(draw(st.integers(1, 3))):
        found = places(value)
        if found:
            _change(draw, value, draw(st.sampled_from(found)))
    return value


def _change(draw: st.DrawFn, value: Any, place: Place) -> None:
    holder = value
    for step in place[:-1]:
        holder = holder[step]
    step = place[-1]
    match draw(st.sampled_from(["replace", "remove", "add", "double"])):
        case "replace":
            holder[step] = draw(values)
        case "remove":
            del holder[step]
        case "add" if isinstance(holder, dict):
            holder[draw(keys)] = draw(values)
        case _ if isinstance(holder, list) and isinstance(step, int):
            holder.insert(step, copy.deepcopy(holder[step]) if draw(st.booleans()) else draw(values))
        case _:
            holder[draw(keys)] = copy.deepcopy(holder[step])


@st.composite
def torn_samples(draw: st.DrawFn) -> bytes:
    """The bytes of a sample with some of them cut out, doubled or overwritten."""
    raw = samples.body(draw(st.sampled_from(samples.names())))
    if draw(st.booleans()):
        raw = json.dumps(json.loads(raw), separators=(",", ":"), ensure_ascii=draw(st.booleans())).encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 12)))
        raw = (
            raw[:start]
            + draw(st.binary(max_size=6) | st.sampled_from([b"", b"\xff", b"\\ud800", b"1e999", b"NaN", b"[", b'"']))
            + raw[end:]
        )
    return raw


messages = st.fixed_dictionaries(
    {"mid": st.sampled_from(["m_1", "mid.1790000000000:abc", "a%b", "ü", ""]) | leaves},
    optional={
        "text": leaves,
        "is_echo": st.booleans() | leaves,
        "is_deleted": st.booleans() | leaves,
        "attachments": values,
    },
)
ends = st.fixed_dictionaries({}, optional={"id": st.sampled_from([PAGE, PERSON, ""]) | leaves, "user_ref": leaves})
items = st.fixed_dictionaries(
    {"message": messages | values},
    optional={
        "sender": ends | leaves,
        "recipient": ends | leaves,
        "timestamp": st.integers(WHEN, WHEN + 5) | leaves,
        "read": values,
    },
)
entries = st.fixed_dictionaries(
    {
        "id": st.sampled_from([PAGE, "0"]) | leaves,
        "time": st.just(WHEN) | leaves,
        "messaging": st.lists(items, max_size=3),
    },
    optional={"hop_context": values, "standby": st.lists(items, max_size=1)},
)
bodies = st.fixed_dictionaries(
    {"object": st.sampled_from(["page", "instagram"]) | leaves, "entry": st.lists(entries, max_size=3)}
)
"""Bodies of messages, most of them ordinary."""
