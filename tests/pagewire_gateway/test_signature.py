"""Signatures over raw bytes."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire import samples
from pagewire_gateway.signature import BAD_SIGNATURE, NO_SECRET, NO_SIGNATURE, sign, verify

SECRET = b"unit-test-app-secret"
VECTOR = b"sha256=db142f468214afd266b2aaa8d9742ba07a7bde9c70908072408ed47762cbe9ee"
VECTOR_SHA1 = b"sha1=5c782d2e5f5301d071b61495d026e82ab13e1f6a"
REENCODED = b"sha256=1933cb2bd6b2ff72707c1c175b0215940beb7fe1cb27b9348152dccb17b1c818"


def test_metas_vector_is_accepted():
    body = samples.body("messenger/signature_vector_escaped_body")
    assert verify(body, VECTOR, None, [SECRET]) == 0
    assert sign(body, SECRET).encode() == VECTOR


def test_a_reencoded_body_is_refused():
    body = samples.body("messenger/signature_vector_escaped_body")
    assert verify(body, REENCODED, None, [SECRET]) == BAD_SIGNATURE


def test_any_of_the_secrets_may_sign():
    assert verify(b"{}", sign(b"{}", b"new").encode(), None, [b"old", b"instagram", b"new"]) == 2


@pytest.mark.parametrize(
    ("sha256", "sha1", "secrets", "allow", "expected"),
    [
        (None, None, [SECRET], True, NO_SIGNATURE),
        (None, VECTOR_SHA1, [SECRET], False, NO_SIGNATURE),
        (None, VECTOR_SHA1, [SECRET], True, 0),
        (b"sha256=" + b"0" * 64, VECTOR_SHA1, [SECRET], True, BAD_SIGNATURE),
        (VECTOR[7:], None, [SECRET], False, BAD_SIGNATURE),
        (VECTOR.upper(), None, [SECRET], False, BAD_SIGNATURE),
        (VECTOR, None, [], False, NO_SECRET),
        (b"sha256=\xff\xfe", None, [SECRET], False, BAD_SIGNATURE),
        (b"", None, [SECRET], False, BAD_SIGNATURE),
    ],
)
def test_headers(sha256, sha1, secrets, allow, expected):
    body = samples.body("messenger/signature_vector_escaped_body")
    assert verify(body, sha256, sha1, secrets, allow_sha1=allow) == expected


@given(st.binary(), st.binary(min_size=1), st.binary(max_size=80))
def test_only_the_true_digest_passes(body, secret, given_header):
    true = b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
    assert verify(body, true, None, [secret]) == 0
    assert (verify(body, given_header, None, [secret]) == 0) == (given_header == true)
