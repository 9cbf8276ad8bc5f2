"""What may stand in the resource, and what the person who wrote it is told."""

from typing import Any

import msgspec
import pytest

from pagewire_crm_sync import Config

URL = "https://crm.example.com/contacts"


def read(**fields: Any) -> Config:
    return msgspec.convert(fields, Config)


def test_a_url_is_enough() -> None:
    found = read(url=URL)
    assert (found.mode, found.interval_seconds, found.timeout_seconds, found.batch_size) == ("structured", 60, 10, 1)
    assert not found.include.profile
    assert "read" not in found.kinds
    assert "message" in found.kinds


def test_everything() -> None:
    found = read(
        url=URL,
        mode="batch",
        interval="1m30s",
        batch={"size": 20, "lingerMs": 50},
        timeout="5s",
        secretFile="signing",
        tokenEnv="PAGEWIRE_CRM_TOKEN",
        include={"profile": True},
        kinds=["message", "read"],
        allowInsecure=True,
    )
    assert (found.interval_seconds, found.batch_size, found.linger_seconds) == (90, 20, 0.05)
    assert {found: 1}[found] == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/x",
        "http://localhost/x",
        "http://[::1]:9/x",
        "https://10.0.0.7/x",
        "https://crm.example.com/?code=1",
    ],
)
def test_good_urls(url: str) -> None:
    assert read(url=url).url == url


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "say where contacts go with one of url, hubspot"),
        ({"url": "crm.example.com"}, "url must start with https://"),
        ({"url": "ftp://crm.example.com/"}, "url must start with https://"),
        ({"url": "file:///etc/passwd"}, "url must start with https://"),
        ({"url": "https:///contacts"}, "name a host"),
        ({"url": "http://crm.example.com/"}, "allowInsecure: true"),
        ({"url": "http://127.0.0.1.example.com/"}, "allowInsecure: true"),
        ({"url": "http://169.254.169.254/latest"}, "allowInsecure: true"),
        ({"url": "https://user:pass@crm.example.com/"}, "must not hold a user or password"),
        ({"url": "https://crm.example.com/#top"}, "#fragment"),
        ({"url": "https://crm.example.com:99999/"}, "url cannot be read"),
        ({"url": "https://[::1/"}, "url cannot be read"),
        ({"url": "https://crm.example.com/a b"}, "ASCII without spaces"),
        ({"url": "https://crm.example.com/\r\nx"}, "ASCII without spaces"),
        ({"url": "https://crmé.example.com/"}, "ASCII without spaces"),
        ({"url": URL, "secretEnv": "PAGEWIRE_CRM_A", "secretFile": "a"}, "secretEnv and secretFile"),
        ({"url": URL, "tokenEnv": "PAGEWIRE_CRM_A", "tokenFile": "a"}, "tokenEnv and tokenFile"),
        ({"url": URL, "tokenEnv": "AWS_SECRET_ACCESS_KEY"}, "$.tokenEnv"),
        ({"url": URL, "tokenFile": "../other-namespace/token"}, "$.tokenFile"),
        ({"url": URL, "tokenFile": "/etc/passwd"}, "$.tokenFile"),
        ({"url": URL, "tokenFile": ".."}, "$.tokenFile"),
        ({"url": URL, "interval": "25h"}, "interval 25h must lie between 0s and 24h"),
        ({"url": URL, "timeout": "0s"}, "timeout 0s must lie between 1s and 60s"),
        ({"url": URL, "interval": "soon"}, "$.interval"),
        ({"url": URL, "mode": "binary"}, "$.mode"),
        ({"url": URL, "batch": {"size": 101}}, "$.batch.size"),
        ({"url": URL, "kinds": ["mesage"]}, "$.kinds[0]"),
        ({"url": URL, "kinds": ["message_echo"]}, "$.kinds[0]"),
        ({"url": URL, "secret": "whsec_plain"}, "unknown field `secret`"),
    ],
)
def test_what_is_refused_is_named(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        read(**fields)
    assert says in str(caught.value)
