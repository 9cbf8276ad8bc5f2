"""What is believed of a ``signed_request``, and what is not, whatever comes."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import new

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_gateway.callbacks.signed_request import FORGED, MALFORMED, OTHER_ALGORITHM, STALE, SignedRequest, read

SECRET = b"s3cr3t-app-secret-for-tests"
META = (
    "QYse_e80zZdWGuleyf1W_m5r9MedqR9JKQfVnsueZBA.eyJ1c2VyX2lkIjoiNzMwMDAwMDAwMDAwMDAwMSIsImFsZ29yaXRobSI6IkhNQUMtU0hB"
    "MjU2IiwiaXNzdWVkX2F0IjoxNzk1MzA1NjAwfQ"
)
"""The vector of the platform's notes."""
ISSUED = 1_795_305_600
GOOD = '{"user_id": "7300000000000001", "algorithm": "HMAC-SHA256", "issued_at": 1795305600}'


def signed(payload: str | bytes, secret: bytes = SECRET) -> str:
    raw = payload.encode() if isinstance(payload, str) else payload
    body = urlsafe_b64encode(raw).decode().rstrip("=")
    mark = urlsafe_b64encode(new(secret, body.encode(), sha256).digest()).decode()
    return f"{mark.rstrip('=')}.{body}"


def test_metas_own_is_believed():
    assert read(META, [SECRET], ISSUED) == SignedRequest("7300000000000001", ISSUED)


@pytest.mark.parametrize("secrets", [[b"other", SECRET], [SECRET, b"other"]])
def test_any_secret_of_the_app_may_sign(secrets):
    assert isinstance(read(META, secrets, ISSUED), SignedRequest)


def change(payload: str, **values: str) -> str:
    for name, value in values.items():
        old = {"user_id": '"7300000000000001"', "algorithm": '"HMAC-SHA256"', "issued_at": "1795305600"}[name]
        payload = payload.replace(old, value)
    return payload


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", MALFORMED),
        (".", MALFORMED),
        (META.split(".", maxsplit=1)[0], MALFORMED),
        ("ä" + META, MALFORMED),
        ("=" + META, MALFORMED),
        (META + "x" * 4096, MALFORMED),
        (META[:-1], FORGED),
        ("A" + META[1:], FORGED),
        (META.split(".", maxsplit=1)[0] + ".", FORGED),
        (signed(GOOD, b""), FORGED),
        (signed(""), MALFORMED),
        (signed("[]"), MALFORMED),
        (signed("[" * 2000), MALFORMED),
        (signed(b"\xff\xfe"), MALFORMED),
        (signed(change(GOOD, algorithm='"none"')), OTHER_ALGORITHM),
        (signed(change(GOOD, algorithm="null")), OTHER_ALGORITHM),
        (signed(change(GOOD, user_id='"../../x"')), MALFORMED),
        (signed(change(GOOD, user_id='""')), MALFORMED),
        (signed(change(GOOD, user_id='"٣"')), MALFORMED),
        (signed(change(GOOD, issued_at="true")), MALFORMED),
        (signed(change(GOOD, issued_at='"1795305600"')), MALFORMED),
        (signed(change(GOOD, issued_at="1795219100")), STALE),
        (signed(change(GOOD, issued_at="1795306000")), STALE),
        (signed(change(GOOD, issued_at="9" * 400)), STALE),
    ],
)
def test_everything_else_is_not(text, verdict):
    assert read(text, [SECRET], ISSUED) == verdict


@pytest.mark.parametrize(
    "text",
    [
        signed(change(GOOD, algorithm='"hmac-sha256"')),
        signed(change(GOOD, user_id="7300000000000001")),
    ],
)
def test_meta_may_spell_it_otherwise(text):
    assert read(text, [SECRET], ISSUED) == SignedRequest("7300000000000001", ISSUED)


def test_without_a_secret_nothing_is_believed():
    assert read(META, [], ISSUED) == FORGED


@given(st.text(max_size=300) | st.binary(max_size=200).map(signed) | st.text(max_size=200).map(signed))
def test_nothing_unsigned_or_odd_passes_or_breaks_it(text):
    found = read(text, [SECRET], ISSUED)
    assert isinstance(found, str) or found.user_id.isdigit()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists), st.integers())
def test_odd_claims_break_nothing(value, issued):
    claims = {"user_id": value, "algorithm": "HMAC-SHA256", "issued_at": issued}
    found = read(signed(json.dumps(claims)), [SECRET], ISSUED)
    assert isinstance(found, str) or (found.user_id.isdigit() and found.issued_at >= ISSUED - 86_400)


@given(st.integers(0, len(META) - 1), st.sampled_from("ABCxyz019-_.="))
def test_one_changed_character_is_noticed(place, other):
    text = META[:place] + other + META[place + 1 :]
    found = read(text, [SECRET], ISSUED)
    # The last character of a signature has bits that base64 does not use.
    assert text == META or isinstance(found, str) or place == META.index(".") - 1
