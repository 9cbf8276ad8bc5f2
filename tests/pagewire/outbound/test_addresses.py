"""Which addresses are private, however they are written, and what allows them."""

import pytest

from pagewire.outbound import Forbidden, Policy, policy_of

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "ff02::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "157.240.1.35", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_until_they_are_allowed(address: str):
    assert not Policy().allows(address)
    assert Policy.parse("all").allows(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str):
    assert Policy().allows(address)


def test_a_network_allows_its_own_addresses_and_no_others():
    policy = policy_of({"PAGEWIRE_PRIVATE_ADDRESSES": "10.3.0.0/16, 192.168.1.9,fd00::/8"})
    assert [policy.allows(one) for one in ("10.3.9.9", "192.168.1.9", "fd00::1", "::ffff:10.3.0.1")] == [True] * 4
    assert [policy.allows(one) for one in ("10.4.0.1", "192.168.1.8", "127.0.0.1", "fe80::1")] == [False] * 4


def test_one_private_address_among_public_ones_is_one_too_many():
    with pytest.raises(Forbidden, match=r"crm\.example is at a private address \(10\.0\.0\.1\)"):
        Policy().check("crm.example", ["1.1.1.1", "10.0.0.1"])


@pytest.mark.parametrize("text", ["10.0.0.0/33", "localhost", "all,10.0.0.0/8", "*"])
def test_what_is_no_network_is_refused_by_name(text: str):
    with pytest.raises(ValueError, match="PAGEWIRE_PRIVATE_ADDRESSES"):
        Policy.parse(text)


@pytest.mark.parametrize(
    "url", ["http://localhost/", "http://127.0.0.1:9/x", "https://[::1]/", "http://2130706433/", "http://0x7f.1/"]
)
def test_an_address_on_the_web_is_looked_up(url: str):
    with pytest.raises(Forbidden):
        Policy().check_url(url)


def test_a_name_that_does_not_exist_is_left_to_the_client():
    Policy().check_url("https://nobody.invalid/")
