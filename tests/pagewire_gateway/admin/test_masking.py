"""Payloads without what people wrote, configurations without secrets, and times."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire import samples
from pagewire.wire import read
from pagewire_gateway.admin import moments
from pagewire_gateway.admin.masking import SHOWN, masked, revealed
from pagewire_gateway.admin.redaction import redacted

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(SHOWN)), inner),
    max_leaves=20,
)


def test_text_and_names_go_ids_and_shape_stay():
    raw = {
        "sender": {"id": "71", "name": "Ann"},
        "timestamp": 1_790_000_000_000,
        "message": {"mid": "m_1", "text": "call +44 20 7946 0000", "is_echo": True, "attachments": [{"type": "image"}]},
        "coordinates": {"lat": 51.5, "long": -0.1},
    }
    assert masked(json.dumps(raw).encode()) == {
        "sender": {"id": "71", "name": "[text, 3 characters]"},
        "timestamp": 1_790_000_000_000,
        "message": {
            "mid": "m_1",
            "text": "[text, 21 characters]",
            "is_echo": True,
            "attachments": [{"type": "image"}],
        },
        "coordinates": {"lat": "[number]", "long": "[number]"},
    }


@pytest.mark.parametrize("name", samples.names())
def test_no_sample_shows_what_its_person_wrote(name):
    for item in read(samples.body(name), 1_790_000_000_000).items:
        shown = json.dumps(masked(item.raw), ensure_ascii=False)
        for word in _private(msgspec.json.decode(item.raw)):
            assert json.dumps(word, ensure_ascii=False) not in shown


def _private(value, key=""):
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _private(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _private(inner, key)
    elif (
        isinstance(value, str)
        and value
        and key in {"text", "name", "url", "payload", "title", "message", "emoji", "phone"}
    ):
        yield value


@given(JSON)
def test_masking_keeps_the_shape_and_shows_no_other_leaf(value):
    kept = masked(msgspec.json.encode(value))
    _compare(value, kept, shown=False)


def _compare(value, kept, *, shown):
    if isinstance(value, dict):
        assert list(kept) == list(value)
        for key, inner in value.items():
            _compare(inner, kept[key], shown=key in SHOWN)
    elif isinstance(value, list):
        assert len(kept) == len(value)
        for one, other in zip(value, kept, strict=True):
            _compare(one, other, shown=shown)
    elif shown or value is None or isinstance(value, bool):
        assert kept == value
    else:
        assert kept == ("[number]" if isinstance(value, int) else f"[text, {len(value)} characters]")


@pytest.mark.parametrize(
    ("raw", "shown", "open_"),
    [
        (b"", None, None),
        (b"{not json", "[unreadable, 9 bytes]", "{not json"),
        (b"\xff\xfe", "[unreadable, 2 bytes]", "\N{REPLACEMENT CHARACTER}" * 2),
        (b'"a text"', "[text, 6 characters]", "a text"),
        (b"[" * 5000 + b"]" * 5000, "[unreadable, 10000 bytes]", "[" * 5000 + "]" * 5000),
        (b"[" * 101 + b"]" * 101, "[unreadable, 202 bytes]", "[" * 101 + "]" * 101),
        (b'{"text": "\xff"}', {"text": "[text, 1 characters]"}, {"text": "\N{REPLACEMENT CHARACTER}"}),
    ],
)
def test_payloads_that_are_no_items(raw, shown, open_):
    assert masked(raw) == shown
    assert revealed(raw) == open_


@pytest.mark.parametrize(
    "key",
    [
        *(
            "secret",
            "appSecret",
            "app-secret",
            "app_secret",
            "SECRET_KEY",
            "token",
            "accessToken",
            "accesstoken",
            "password",
        ),
        *("apiKey", "APIKEY", "key", "hashKey", "Authorization", "headers", "dsn", "client_credentials", "bearerToken"),
    ],
)
def test_a_key_that_names_a_secret_hides_its_value(key):
    assert redacted({"deep": [{key: {"inner": "hush"}}]}) == {"deep": [{key: "[redacted]"}]}


@pytest.mark.parametrize("key", ["keyword", "keywords", "monkey", "rules", "text", "timeZone", "kind", "hours", "url"])
def test_other_keys_are_shown(key):
    assert redacted({key: "plain"}) == {key: "plain"}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://crm.example.com/contacts", "https://crm.example.com/contacts"),
        ("https://me:pw@crm.example.com/", "https://[redacted]@crm.example.com/"),
        ("https://crm.example.com/?sig=1", "https://crm.example.com/?[redacted]"),
        ("https://crm.example.com/#here", "https://crm.example.com/"),
        ("https://[broken", "[redacted]"),
        ("Read https://example.com/?a=b please", "Read https://example.com/?a=b please"),
    ],
)
def test_addresses_lose_their_login_and_query(address, shown):
    assert redacted({"url": address}) == {"url": shown}


@given(st.integers(0, 253_402_300_799_999))
def test_a_time_that_is_shown_can_be_read(millis):
    assert moments.read(moments.show(millis)) == millis


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("2026-11-22T18:00:00Z", 1_795_370_400_000),
        ("2026-11-22T18:00:00.5Z", 1_795_370_400_500),
        ("2026-11-22T20:00:00+02:00", 1_795_370_400_000),
        ("1795370400000", 1_795_370_400_000),
        ("1960-01-01T00:00:00Z", 0),
    ],
)
def test_times_are_read(text, millis):
    assert moments.read(text) == millis


@pytest.mark.parametrize("text", ["", "now", "2026-11-22", "2026-11-22T18:00:00", "18:00", "-1", "1e9"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="write it as in"):
        moments.read(text)


def test_times_out_of_range_are_shown_at_the_end():
    assert moments.show(10**20) == "9999-12-31T23:59:59.999Z"
    assert moments.show(-5) == "1970-01-01T00:00:00.000Z"
    assert moments.show_set(0) is None
