"""Each limit of the table, on its edge and one beyond."""

import msgspec
import pytest

from pagewire.capabilities import LEFT_OUT, TABLE, Feature, Limit, No, cell
from pagewire.replies import ReplyError, Text, ToToken, check, decode, encode
from pagewire.surfaces import Surface
from tests.pagewire.sending.examples import EXAMPLES, SIZED

LIMITS = [
    pytest.param(feature, name, surface, limit, id=f"{feature}, {name}, {surface}")
    for feature in TABLE
    for surface in Surface
    if not isinstance(found := cell(feature, surface), No)
    for name, limit in found.limits.items()
]


def test_the_table_has_every_feature_and_an_example_of_it() -> None:
    assert set(TABLE) == set(EXAMPLES) == set(Feature)
    assert set(SIZED) == {
        (feature, name)
        for feature in TABLE
        for surface in Surface
        if not isinstance(found := cell(feature, surface), No)
        for name in found.limits
    }


@pytest.mark.parametrize(("feature", "name", "surface", "limit"), LIMITS)
def test_what_is_within_is_fine_and_what_is_beyond_is_refused(
    feature: Feature, name: str, surface: Surface, limit: Limit
) -> None:
    sized = SIZED[feature, name]
    check(sized(limit.most), surface)
    with pytest.raises(ReplyError, match=rf"{limit.most + 1} {limit.unit}; \w+ takes at most {limit.most}"):
        check(sized(limit.most + 1), surface)
    if limit.least > 0:
        check(sized(limit.least), surface)
        with pytest.raises(ReplyError, match=rf"must not be empty|takes at least {limit.least}"):
            check(sized(limit.least - 1), surface)


@pytest.mark.parametrize("kind", [one.wire.removeprefix("recipient.") for one in LEFT_OUT if "recipient." in one.wire])
def test_nobody_can_be_named_in_a_way_that_is_left_out(kind: str) -> None:
    """A reply to such a recipient cannot be made, and one that is stored by hand is not read."""
    raw = encode(Text(text="hi", to=ToToken(kind="one_time_notif_token", token="x")))
    with pytest.raises(msgspec.DecodeError):
        decode(raw.replace(b"one_time_notif_token", kind.encode()))
    with pytest.raises(ReplyError):
        check(Text(text="hi", to=ToToken(kind=kind, token="x")), Surface.MESSENGER)  # type: ignore[arg-type]


@pytest.mark.parametrize("feature", list(Feature))
def test_every_example_is_stored_and_comes_back(feature: Feature) -> None:
    assert decode(encode(EXAMPLES[feature])) == EXAMPLES[feature]


@pytest.mark.parametrize(
    ("limit", "value", "size"),
    [
        (Limit(9), "🎉é", 3),
        (Limit(9, "bytes"), "🎉é", 6),
        (Limit(9, "entries"), ("a", "b"), 2),
        (Limit(9, "days"), 7, 7),
    ],
)
def test_characters_are_utf_16_units_and_bytes_are_utf_8(limit: Limit, value: object, size: int) -> None:
    assert limit.size(value) == size
