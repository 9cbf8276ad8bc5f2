"""Requests as they leave: version, quoting, credentials."""

import pytest

from pagewire.graph.addressing import Address, appsecret_proof
from pagewire.graph.errors import Reauth
from tests.pagewire.graph.conftest import APP_SECRET, PAGE, TOKEN

PROOF = "e25675182531f73ad033c4a1fc48eede5dce76b592010e5b922e2c4fdd5fa81a"


def test_proof_vectors() -> None:
    assert appsecret_proof(APP_SECRET, TOKEN) == PROOF
    timed = "df7a0b0cfc94be2af30f82f041d643eb6bb954c951e6abfdaa736c0dc1746602"
    assert appsecret_proof(APP_SECRET, TOKEN, at=1795305600) == timed


@pytest.mark.parametrize("base", ["https://graph.facebook.com", "https://graph.instagram.com/"])
def test_send_goes_to_the_versioned_path_with_proof_and_header(base: str) -> None:
    request = Address(base, "v25.0", APP_SECRET).post((PAGE, "messages"), TOKEN, b"{}")
    assert str(request.url) == f"{base.rstrip('/')}/v25.0/{PAGE}/messages?appsecret_proof={PROOF}"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["host"] == base.split("/")[2]
    assert (request.headers["content-length"], request.content) == ("2", b"{}")


def test_each_token_has_its_own_target() -> None:
    address = Address("https://graph.facebook.com", "v25.0", APP_SECRET)
    first, second = (address.post((PAGE, "messages"), token, b"{}") for token in (TOKEN, "EAAother"))
    assert first.url != second.url
    assert second.headers["authorization"] == "Bearer EAAother"


def test_without_app_secret_there_is_no_proof() -> None:
    request = Address("http://127.0.0.1:1/graph", "v25.0", None).get((PAGE,), TOKEN, fields="id,name")
    assert str(request.url) == f"http://127.0.0.1:1/graph/v25.0/{PAGE}?fields=id%2Cname"


@pytest.mark.parametrize("part", ["m_1?fields=x", "../me", "a/b", "mid.$cAAB:x#y", "é"])
def test_an_id_cannot_leave_its_place_in_the_path(part: str) -> None:
    request = Address("https://graph.facebook.com", "v25.0", None).get((part,), TOKEN)
    assert request.url.raw_path.count(b"/") == 2
    assert not request.url.query
    assert not request.url.fragment


@pytest.mark.parametrize("token", ["", "EAAx\n", "EAA x", "EAAx\r\nHost: elsewhere", "EAAé"])
def test_a_token_that_cannot_be_one_is_refused_before_anything_is_sent(token: str) -> None:
    with pytest.raises(Reauth, match="line break") as caught:
        Address("https://graph.facebook.com", "v25.0", APP_SECRET).post((PAGE, "messages"), token, b"{}")
    assert caught.value.token_broken
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize("version", ["", "25.0", "v25", "latest", "v25.0/me"])
def test_a_call_always_has_a_version(version: str) -> None:
    with pytest.raises(ValueError, match=r"like v25\.0"):
        Address("https://graph.facebook.com", version, None)


@pytest.mark.parametrize("base", ["", "graph.facebook.com", "ftp://graph.facebook.com", "https://"])
def test_a_base_is_a_url(base: str) -> None:
    with pytest.raises(ValueError, match="https://graph"):
        Address(base, "v25.0", None)
