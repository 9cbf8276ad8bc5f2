"""Every sample, posted with curl to a running gateway, shows up once under ``pagewire events -o json``."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from pagewire import samples, wire
from tests.pagewire_gateway import making
from tests.whole.system import System, running_system


def curl(system: System, body: bytes) -> str:
    headers = [part for name, value in making.signed(body).items() for part in ("-H", f"{name}: {value}")]
    url = f"http://127.0.0.1:{system.gateway.public}/webhooks/support/acme"
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *headers, "--data-binary", "@-", url]
    return subprocess.run(command, input=body, capture_output=True, check=True).stdout.decode()


def events(system: System) -> list[dict]:
    admin = f"http://127.0.0.1:{system.gateway.admin}"
    command = [sys.executable, "-m", "pagewire_gateway.cli", "events", "-o", "json", "--admin", admin]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.timeout(240)
async def test_every_sample_posted_twice_shows_up_once():
    async with running_system() as system:
        for name in samples.names():
            body = samples.body(name)
            assert (name, curl(system, body), curl(system, body)) == (name, "200", "200")
        shown = events(system)
    # Two samples tell of the same thing, so what is compared is what has a key of its own.
    expected = {item.key: item for name in samples.names() for item in wire.read(samples.body(name), 0).items}
    kinds = {kind for name in samples.names() for kind in samples.kinds(name)}
    assert {_kind(event) for event in shown} == kinds
    assert [event["key"] for event in shown] == list(expected)
    for event in shown:
        item = expected[event["key"]]
        assert (event["kind"], event["channel"]) == (item.kind, item.channel)
        assert event["conversation"] == (str(item.conversation) if item.conversation else None)
    for event in shown:
        moment = datetime.fromisoformat(event["timestamp"])
        assert moment.tzinfo == UTC
        assert 2015 < moment.year < 2027
        assert event["timestamp"].endswith("Z")
        assert {
            "id",
            "kind",
            "channel",
            "object",
            "account",
            "conversation",
            "received",
            "key",
            "plugins",
        } <= event.keys()


def _kind(event: dict) -> str:
    return f"standby:{event['kind']}" if event["channel"] == "standby" else event["kind"]
