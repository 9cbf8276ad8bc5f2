"""Settings from the command line and the environment."""

import re
from pathlib import Path

import pytest

from pagewire_gateway.config import Address, SettingsError, settings, variables


def test_environment_completes_the_command_line():
    made = settings(
        {"manifests": Path("m"), "data": Path("d"), "admin": Address("127.0.0.1", 1)},
        {"PAGEWIRE_HOOK_RETRY_FIRST": "0.5", "PAGEWIRE_ALLOW_SHA1": "true", "PAGEWIRE_GRAPH_URL": "http://127.0.0.1:1"},
    )
    assert (made.manifests, made.admin.port) == (Path("m"), 1)
    assert made.dispatch.retry.first == 0.5
    assert made.dispatch.retry.attempts == 10
    assert made.ingress.allow_sha1 is True
    assert made.graph_url == "http://127.0.0.1:1"


def test_a_variable_that_cannot_be_read_is_named():
    with pytest.raises(SettingsError, match="PAGEWIRE_HOOK_TIMEOUT"):
        settings({"manifests": Path(), "data": Path()}, {"PAGEWIRE_HOOK_TIMEOUT": "soon"})


def test_an_empty_variable_counts_as_not_given():
    assert settings({}, {"PAGEWIRE_ECHO_WAIT": ""}).outbox.echo_wait == 30.0


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8080", Address("127.0.0.1", 8080)),
        (":0", Address("127.0.0.1", 0)),
        ("[::1]:80", Address("::1", 80)),
        ("localhost:443", Address("localhost", 443)),
    ],
)
def test_addresses(text, address):
    assert Address.parse(text, "--public") == address


@pytest.mark.parametrize("text", ["8080", "host", "host:http", "host:99999", ""])
def test_addresses_that_are_none_are_refused_with_the_option(text):
    with pytest.raises(SettingsError, match="--public must look like HOST:PORT"):
        Address.parse(text, "--public")


def test_every_variable_is_documented():
    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text()
    assert [name for name in variables() if f"`{name}`" not in page] == []


def test_a_default_that_the_page_tells_is_the_one_that_counts_without_it():
    page = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text()
    told = dict(re.findall(r"^\| `(PAGEWIRE_\w+)` \| `([^`]+)` \|", page, re.MULTILINE))
    assert len(told) > 70
    within = {name: value for name, value in told.items() if name in variables() and "OIDC" not in name}
    assert [name for name, value in within.items() if settings({}, {name: value}) != settings({}, {})] == []
    with_provider = {"PAGEWIRE_OIDC_ISSUER": "https://id.example.com", "PAGEWIRE_OIDC_CLIENT_ID": "pagewire"}
    plain = settings({}, with_provider)
    of_provider = {name: value for name, value in told.items() if "OIDC" in name}
    assert len(of_provider) > 3
    assert [name for name, value in of_provider.items() if settings({}, {**with_provider, name: value}) != plain] == []
