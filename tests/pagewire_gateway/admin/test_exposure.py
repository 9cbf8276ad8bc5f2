"""Where the admin port may be bound."""

import pytest

from pagewire_gateway.admin import check_admin_exposure
from pagewire_gateway.admin.exposure import is_loopback
from pagewire_gateway.config import SettingsError

TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback(host):
    assert is_loopback(host)
    check_admin_exposure(host, None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.4", "gateway", "localhost.evil.example", ""])  # noqa: S104 - refused
def test_an_open_port_without_a_token_is_refused(host):
    assert not is_loopback(host)
    with pytest.raises(SettingsError, match="PAGEWIRE_ADMIN_TOKEN"):
        check_admin_exposure(host, None)
    check_admin_exposure(host, TOKEN)


def test_a_token_that_can_be_guessed_is_refused():
    with pytest.raises(SettingsError, match="openssl rand"):
        check_admin_exposure("127.0.0.1", "short")
