"""Every sample, posted with curl to a running gateway, shows up once under ``pagewire events -o json``."""

import json
import subprocess
import sys
from datetime import datetime

import pytest

from pagewire import samples, wire
from pagewire_gateway.app import now
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
        began = now()
        for name in samples.names():
            body = samples.body(name)
            assert (name, curl(system, body), curl(system, body)) == (name, "200", "200")
        shown, ended = events(system), now()
    # Two samples tell of the same thing, so what is compared is the first with each key.
    items = [item for name in samples.names() for item in wire.read(samples.body(name), 0).items]
    expected = {item.key: item for item in reversed(items)}
    kinds = {kind for name in samples.names() for kind in samples.kinds(name)}
    assert {_kind(event) for event in shown} == kinds
    assert [event["key"] for event in shown] == list(dict.fromkeys(item.key for item in items))
    for event in shown:
        item = expected[event["key"]]
        assert (event["kind"], event["channel"]) == (item.kind, item.channel)
        assert event["conversation"] == (str(item.conversation) if item.conversation else None)
        assert _millis(event["timestamp"]) == item.timestamp
        assert began <= _millis(event["received"]) <= ended
    for event in shown:
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


def _millis(moment: str) -> int:
    assert moment.endswith("Z")
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def _kind(event: dict) -> str:
    return f"standby:{event['kind']}" if event["channel"] == "standby" else event["kind"]
