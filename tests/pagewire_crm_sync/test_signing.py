"""Signatures as Standard Webhooks wants them."""

import base64

import pytest

from pagewire_crm_sync import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_published_test_vector() -> None:
    found = signing.headers(
        signing.keys_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert found == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_every_byte_counts() -> None:
    keys = signing.keys_of(SECRET)
    plain = signing.headers(keys, "a", 1, b"{}")["webhook-signature"]
    others = [
        signing.headers(keys, "b", 1, b"{}"),
        signing.headers(keys, "a", 2, b"{}"),
        signing.headers(keys, "a", 1, b"{} "),
        signing.headers(signing.keys_of("whsec_" + "A" * 32), "a", 1, b"{}"),
    ]
    assert all(other["webhook-signature"] != plain for other in others)


def test_two_secrets_sign_side_by_side() -> None:
    other = "whsec_" + base64.b64encode(b"k" * 32).decode()
    both = signing.headers(signing.keys_of(f"{SECRET}\n{other}\n"), "a", 1, b"{}")["webhook-signature"]
    alone = [signing.headers(signing.keys_of(each), "a", 1, b"{}")["webhook-signature"] for each in (SECRET, other)]
    assert both.split(" ") == alone


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "plain-text-secret",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_",
        "whsec_!!!!",
        "whsec_" + base64.b64encode(b"k" * 23).decode(),
        "whsec_" + base64.b64encode(b"k" * 65).decode(),
        f"{SECRET} plain-text-secret",
    ],
)
def test_other_secrets_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(signing.BadSecret) as caught:
        signing.keys_of(text)
    assert all(word not in str(caught.value) for word in text.split() if word != "whsec_")
