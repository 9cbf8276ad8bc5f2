"""What an installation of then left on NATS is taken up by the processes of now. The promise: docs/reference/compatibility.md."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.nats.copies import load
from tests.pagewire_gateway import making
from tests.release.installation import ANSWERED, KEPT, LATE, SETTINGS, THEN, places, plugin_data, told, until
from tests.whole.crowd import Crowd, Process, gathered

RELEASES = sorted(path.parent.name for path in THEN.glob("*/nats.json"))


@pytest.mark.slow(20)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("release", RELEASES)
async def test_everything_is_known_goes_on_and_happens_once(release: str, tmp_path: Path, own_nats) -> None:
    then: dict[str, Any] = json.loads((THEN / release / "nats.json").read_text())
    await load(own_nats.url, THEN / release / "nats")
    async with gathered(tmp_path, own_nats, **SETTINGS) as crowd:
        front, _ = await asyncio.gather(crowd.serve("front"), crowd.work("worker"))
        await _undone_work_is_done(crowd, front)
        now = json.loads(json.dumps(await told(front)))
        assert {name: _of_then(now[name], known) for name, known in then.items()} == then
        await _a_repeat_is_known(front, then["events"][0])
        await _what_plugins_kept_is_there_and_can_be_changed(crowd)
        await _they_are_answered_again(crowd)


async def _undone_work_is_done(crowd: Crowd, front: Process) -> None:
    late = crowd.sim.scoped_id(making.PAGE, LATE)
    await until(
        front,
        "/api/v1/events",
        lambda found: any(one["plugins"]["logging"] == "done" for one in found["events"]),
        person=late,
    )


def _of_then(now: Any, then: Any) -> Any:
    """Without what came since."""
    if isinstance(then, dict):
        return {name: now[name] for name in then if name in now}
    return [one for one in now if one in then]


async def _a_repeat_is_known(front: Process, event: dict[str, Any]) -> None:
    """Meta delivers once more what the installation of then had answered 200."""
    before = await _seqs(front)
    raw = (await front.get(f"/api/v1/events/{event['id']}", reveal="true"))["raw"]
    body = making.body(raw)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        url = f"http://127.0.0.1:{front.public}/webhooks/support/acme"
        (await client.post(url, content=body, headers=making.signed(body))).raise_for_status()
    assert await _seqs(front) == before


async def _seqs(front: Process) -> set[int]:
    return {one["seq"] for one in (await front.get("/api/v1/events", kind="message", limit=1000))["events"]}


async def _what_plugins_kept_is_there_and_can_be_changed(crowd: Crowd) -> None:
    async with plugin_data(crowd.nats.url) as data:
        for place in places(crowd):
            held = {key: await data.read(place, key) for key in KEPT}
            assert {key: one and one.value for key, one in held.items()} == KEPT
            language = held["language"]
            assert language
            assert await data.write(place, "language", b'"fr"', at=language.revision)
            assert await data.write(place, "language", b'"pt"', at=language.revision) is None, "it was changed since"


async def _they_are_answered_again(crowd: Crowd) -> None:
    for number, (person, account) in enumerate(ANSWERED, 20):
        await crowd.sim.say(account, person, f"no {number}")
    async with asyncio.timeout(90):
        while {f"re {number}" for number in (20, 21, 22)} - _sent(crowd):
            await asyncio.sleep(0.1)


def _sent(crowd: Crowd) -> set[str]:
    return {one.message["text"] for one in crowd.sim.sends if one.message is not None}
