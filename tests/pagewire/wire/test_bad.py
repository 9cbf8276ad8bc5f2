"""One bad item never spoils its neighbours, and a bad body says why."""

import json
from typing import Any

import pytest

from pagewire.wire import Item, event_of, read
from tests.pagewire.wire.bodies import ENDS, PAGE, PERSON, RECEIVED, WHEN, body, entry

GOOD = json.dumps({**ENDS, "message": {"mid": "m_good", "text": "fine"}}).encode()
HEAD = b'{"object":"page","entry":[{"id":"104000000000001","time":1790000000350,"messaging":['
TAIL = b"]}]}"

BAD: list[tuple[bytes, str]] = [
    (b'{"sender":{"id":"71"},"timestamp":1790000000000,"message":{"mid":"m_\xff\xfe","text":"x"}}', "message"),
    (b'{"sender":{"id":"71"},"timestamp":1790000000000,"message":{"mid":"m_1","te\xc3xt":"\xe2\x28"}}', "message"),
    (
        b'{"sender":{"id":"71"},"timestamp":1790000000000,"message":{"mid":"m_\\ud800","text":"\\udfff \\ud83d"}}',
        "message",
    ),
    (b'{"\\ud800":1,"sender":{"id":"\\udc00"},"reaction":{"emoji":"\\ud83d\\ude00\\ud83d"}}', "reaction"),
    (
        b'{"sender":{"id":' + b"9" * 5000 + b'},"timestamp":' + b"9" * 400 + b',"message":{"mid":1e999,"x":-1E+9999}}',
        "message",
    ),
    (b'{"read":{"watermark":1e999},"timestamp":-0.0}', "read"),
    (
        b'{"sender":[],"recipient":7,"timestamp":{},"message":{"mid":[],"text":{},"attachments":"x","app_id":[1]}}',
        "message",
    ),
    (b'{"sender":null,"recipient":null,"timestamp":null,"message":null,"reaction":null}', "unknown"),
    (b'{"message":{"mid":null,"text":null,"is_echo":null,"attachments":[null]}}', "message"),
    (b"{}", "unknown"),
    (b"[]", "unknown"),
    (b"null", "unknown"),
    (b"5", "unknown"),
    (b'"text"', "unknown"),
    (b'"\\ud800"', "unknown"),
    (b'["\\ud800",["\\udfff"]]', "unknown"),
    (b'{"message":' + b"[" * 300 + b"]" * 300 + b"}", "unknown"),
    (b'{"message":{"mid":"m_deep","x":' + b"[" * 300 + b"]" * 300 + b"}}", "unknown"),
    (b'{"message":{"mid":"first"},"message":{"mid":"last"}}', "message"),
]


def same(one: Item, other: Item) -> bool:
    return (one.kind, one.key, one.person, one.timestamp) == (other.kind, other.key, other.person, other.timestamp)


@pytest.mark.parametrize(("bad", "kind"), BAD)
def test_a_bad_item_amid_good_ones(bad: bytes, kind: str) -> None:
    (alone,) = read(HEAD + GOOD + TAIL, RECEIVED).items
    reading = read(HEAD + b" , ".join([GOOD, bad, GOOD]) + TAIL, RECEIVED)
    first, odd, last = reading.items
    assert same(first, alone)
    assert same(last, alone)
    assert odd.kind == kind
    assert event_of(odd, RECEIVED).kind == kind
    assert event_of(first, RECEIVED).raw == json.loads(GOOD)
    json.dumps(event_of(odd, RECEIVED).raw, allow_nan=False).encode()
    odd.key.encode()


@pytest.mark.parametrize(("bad", "kind"), BAD)
def test_a_bad_item_has_the_same_key_again(bad: bytes, kind: str) -> None:
    (one,) = read(HEAD + bad + TAIL, RECEIVED).items
    (other,) = read(HEAD.replace(b"350", b"999") + bad + TAIL, RECEIVED + 5).items
    assert one.key == other.key


def test_bad_items_have_keys_of_their_own() -> None:
    keys = [read(HEAD + bad + TAIL, RECEIVED).items[0].key for bad, _ in BAD]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("levels", "kind"), [(10, "message"), (98, "message"), (99, "unknown"), (400, "unknown")])
def test_an_item_is_read_down_to_a_hundred_levels(levels: int, kind: str) -> None:
    nested = b'{"message":{"mid":"m","nlp":' + b"[" * levels + b"]" * levels + b"}}"
    (item,) = read(HEAD + nested + TAIL, RECEIVED).items
    assert (item.kind, item.raw) == (kind, nested)
    raw = event_of(item, RECEIVED).raw
    assert isinstance(raw, dict if kind == "message" else str)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    wide = {"mid": "m", "nlp": [[{"x": "]]]}}}"}]] * 500}
    (item,) = read(body(entry({**ENDS, "message": wide})), RECEIVED).items
    assert (item.kind, item.person) == ("message", PERSON)


@pytest.mark.parametrize("odd", [5, "x", None, [], [{"messaging": []}], True, {}, {"id": PAGE}, {"id": 5, "time": "x"}])
def test_an_odd_entry_amid_good_ones(odd: Any) -> None:
    good = entry({**ENDS, "message": {"mid": "m"}})
    first, kept, last = read(body(good, odd, good), RECEIVED).items
    assert (first.kind, kept.kind, last.kind) == ("message", "unknown", "message")
    assert json.loads(kept.raw) == odd


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"[]",
        b"null",
        b"5",
        b'"x"',
        b'"\\ud800"',
        b'["\\ud800"]',
        b'[["\\udfff", 1e999]]',
        b'{"object":"page"}',
        b'{"object":"page","entry":{}}',
        b'{"object":"page","entry":null}',
        b' {"entry" : "x"}\n',
    ],
)
def test_a_body_without_entries_is_kept_whole(raw: bytes) -> None:
    reading = read(raw, RECEIVED)
    (item,) = reading.items
    assert (item.kind, item.raw, item.via) == ("unknown", raw, "entry")
    assert (item.timestamp, item.time_estimated, item.account) == (RECEIVED, True, "")
    assert reading.unreadable is None


def test_no_entries_are_no_items() -> None:
    assert read(body(), RECEIVED).items == ()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no JSON at character 0"),
        (b"   ", "no JSON"),
        (b"secret=1", "no JSON at character 0"),
        (b'{"object":"page","entry":[}', "no JSON at character 26"),
        (b'\xef\xbb\xbf{"object":"page","entry":[]}', "no JSON"),
        (b'{"object":"page","entry":[]} junk', "no JSON at character 29"),
        (b'{"object":"page","entry":[{"messaging":[{"timestamp":NaN}]}]}', "no JSON"),
        (b'{"object":"page","entry":[Infinity]}', "no JSON"),
        (b"[" * 200_000, "nested"),
        (b'{"entry":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "nested"),  # Python 3.13 reads 5,000 and keeps them raw
        (b"[" * 300 + b"]" * 300, "nested deeper than 100 levels"),
        (b"\x00\x01\x02", "no JSON"),
    ],
)
def test_what_is_no_json_says_so_without_quoting(raw: bytes, why: str) -> None:
    reading = read(raw, RECEIVED)
    assert reading.items == ()
    assert reading.unreadable is not None
    assert why in reading.unreadable
    assert "secret" not in reading.unreadable


def test_broken_members_of_an_entry_spoil_nothing() -> None:
    item = b'[{"sender":{"id":"71"},"message":{"mid":"m"}}]'
    raw = (
        b'{"object":"pa\xffge","x\xfe":1,"entry":[{"id":"1\\ud800","time":1e999,"y\xff":2,"messaging":' + item + b"}]}"
    )
    (found,) = read(raw, RECEIVED).items
    assert (found.kind, found.person, found.timestamp) == ("message", "71", RECEIVED)
    assert (found.object, found.account) == ("pa\ufffdge", "1\ufffd")


def test_the_last_of_repeated_members_counts() -> None:
    raw = (
        b'{"entry":[],"object":"user","object":"page","entry":[{"id":"1","id":"2","messaging":[],"messaging":['
        + GOOD
        + b"]}]}"
    )
    (found,) = read(raw, RECEIVED).items
    assert (found.object, found.account, found.person, found.timestamp) == ("page", "2", PERSON, WHEN)


@pytest.mark.parametrize("levels", [300, 351, 1_000, 5_000, 100_000])
@pytest.mark.parametrize("opened", [b"[", b'{"a":', b'{"a":['])
def test_no_depth_of_broken_text_is_too_much(levels: int, opened: bytes) -> None:
    """Pythons differ in how deep they go; none may be driven out of its stack by what somebody signed."""
    closed = {b"[": b"]", b'{"a":': b"}", b'{"a":[': b"]}"}[opened]
    deep = opened * levels + b'"\xff"' + closed * levels
    for whole in (b'{"entry":' + deep + b"}", HEAD + deep + TAIL, HEAD + GOOD + b',{"x\xff":' + deep + b"}" + TAIL):
        reading = read(whole, RECEIVED)
        assert reading.items or reading.unreadable
        assert all(event_of(item, RECEIVED) for item in reading.items)
