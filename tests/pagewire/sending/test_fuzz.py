"""Whatever a plugin puts into a reply: it is refused with a reason, or stored, comes back, and can be composed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pagewire.replies import MarketingMessage, Reply, ReplyError, Sending, check, compose, decode, encode
from pagewire.surfaces import Surface
from tests.pagewire.bounded import BOUNDED
from tests.pagewire.sending.examples import EXAMPLES

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [2**63, 2**70, -(2**70), float("nan"), float("inf"), b"x", object(), datetime(2026, 1, 1, tzinfo=UTC)]
    )
    | st.text(alphabet=st.characters(codec=None), max_size=4)  # half surrogates too
    | st.sampled_from(["https://[::", "https://cdn.example.com/a", "x" * 3000, "\x00", " "]),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def odd(draw: st.DrawFn) -> Reply:
    """An example with something odd in one of its fields, or one level deeper."""
    reply = draw(st.sampled_from(list(EXAMPLES.values())))
    name = draw(st.sampled_from(reply.__struct_fields__ or ("author",)))
    if name not in reply.__struct_fields__:
        return reply
    part = next(iter(held), None) if isinstance(held := getattr(reply, name), tuple) else None
    if isinstance(part, msgspec.Struct) and part.__struct_fields__ and draw(st.booleans()):
        inner = draw(st.sampled_from(part.__struct_fields__))
        return msgspec.structs.replace(reply, **{name: (msgspec.structs.replace(part, **{inner: draw(JUNK)}),)})
    return msgspec.structs.replace(reply, **{name: draw(JUNK)})


@BOUNDED
@given(odd(), st.sampled_from(list(Surface)))
def test_refused_with_a_reason_or_sent_as_it_is(reply: Any, surface: Surface) -> None:
    try:
        check(reply, surface)
    except ReplyError:
        return
    assert type(decode(encode(reply))) is type(reply)
    if isinstance(reply, Sending):
        assert not isinstance(reply, MarketingMessage)
        msgspec.json.encode(compose(reply, "6412300000000001", surface, metadata="pw1"))
