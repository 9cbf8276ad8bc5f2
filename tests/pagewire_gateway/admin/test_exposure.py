"""Where the admin port may be bound."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from pagewire_gateway.access.settings import AccessSettings, OidcSettings
from pagewire_gateway.admin import check_admin_exposure
from pagewire_gateway.admin.exposure import is_loopback
from pagewire_gateway.config import Address, Settings, SettingsError

TOKEN = "a-token-of-some-length"
PROVIDER = OidcSettings(issuer="https://id.example.com", client_id="pagewire", admins=("owners",))


def check(host, token=None, port=9090, **access):
    check_admin_exposure(
        Settings(data=Path(), admin=Address(host, port), admin_token=token, access=AccessSettings(**access))
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback(host):
    assert is_loopback(host)
    check(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.4", "gateway", "localhost.evil.example", ""])
def test_an_open_port_without_a_token_is_refused(host):
    assert not is_loopback(host)
    with pytest.raises(SettingsError, match="PAGEWIRE_ADMIN_TOKEN"):
        check(host)
    check(host, TOKEN)
    check(host, kubernetes=True)


def test_a_token_that_can_be_guessed_is_refused():
    with pytest.raises(SettingsError, match="openssl rand"):
        check("127.0.0.1", "short")


@pytest.mark.parametrize(
    "url", ["http://console.example.com", "console.example.com", "https://x.example.com/console", "ftp://x"]
)
def test_a_console_people_would_not_reach_safely_is_refused(url):
    with pytest.raises(SettingsError, match="PAGEWIRE_CONSOLE_URL"):
        check("0.0.0.0", TOKEN, url=url)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"issuer": "http://id.example.com"}, "https"),
        ({"client_id": ""}, "PAGEWIRE_OIDC_CLIENT_ID"),
        ({"admins": ()}, "nobody could log in"),
    ],
)
def test_a_provider_nobody_could_log_in_with_is_refused(changes, said):
    with pytest.raises(SettingsError, match=said):
        check("127.0.0.1", oidc=replace(PROVIDER, **changes))


def test_a_provider_has_to_know_where_to_send_people_back_to():
    check("127.0.0.1", oidc=PROVIDER)
    check("0.0.0.0", oidc=PROVIDER, url="https://pagewire.example.com")
    with pytest.raises(SettingsError, match="PAGEWIRE_CONSOLE_URL"):
        check("0.0.0.0", oidc=PROVIDER)
