"""Every kind reaches the hook its struct names, and a lane passes over what its plugin has no hook for."""

from typing import Any

import pytest
from msgspec import Struct, structs

from pagewire import hookimpl, hooks, samples
from pagewire.events import struct_of
from pagewire.wire import read
from pagewire_gateway.app import now
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged

PAGES = {making.PAGE: "page", making.INSTAGRAM: "instagram"}


def everything() -> tuple[Any, list[tuple[str, str]]]:
    """A plugin with every hook of an event, and what was called: hook and event id."""
    called: list[tuple[str, str]] = []

    def implementation(hook: str) -> Any:
        async def function(self: Any, event: Any) -> None:
            called.append((hook, event.id))

        return hookimpl(function)

    return type("Everything", (), {hook: implementation(hook) for hook in hooks.EVENT_HOOKS}), called


@pytest.mark.parametrize("object_", ["page", "instagram"])
async def test_every_sample_calls_the_hook_of_its_kind(tmp_path, object_):
    subject, called = everything()
    ours = making.PAGE if object_ == "page" else making.INSTAGRAM
    async with staged(tmp_path, plugins(everything=subject)) as stage:
        folder = "messenger" if object_ == "page" else "instagram"
        stored = []
        for name in samples.names():
            if name.startswith(folder):
                items = [structs.replace(item, account=ours) for item in read(samples.body(name), now()).items]
                stored += (await stage.gateway.journal.append(items, now(), "support/acme")).new
        await stage.until(
            lambda: {one.id for one in stored} <= {id_ for hook, id_ in called if hook == "event_received"}
        )
        await stage.until(lambda: len(called) >= 2 * len(stored))
    for one in stored:
        kind, standby = one.item.kind, one.item.channel == "standby"
        expected = "standby_received" if standby else struct_of(kind).hook
        assert [hook for hook, id_ in called if id_ == one.id] == ["event_received", expected]


async def test_a_lane_passes_over_what_its_plugin_has_no_hook_for(tmp_path):
    heard: list[str] = []

    class Listener:
        @hookimpl
        async def message_received(self, event):
            heard.append(event.id)

    async with staged(tmp_path, plugins(listener=Listener)) as stage:
        read_ = {
            "sender": {"id": "7"},
            "recipient": {"id": making.PAGE},
            "timestamp": making.NOW,
            "read": {"watermark": 1},
        }
        stored = (await stage.deliver(read_, making.message("hello", "7"), {**read_, "read": {"watermark": 2}})).new
        await stage.until_state(stored[1].id, "listener", "done")
        await stage.until_state(stored[0].id, "listener", "skipped")
        await stage.until_state(stored[2].id, "listener", "skipped")
        assert stage.gateway.dispatcher.workers["listener"].handled == 1
        assert heard == [stored[1].id]


async def test_a_replay_of_what_was_passed_over_comes_to_its_end(tmp_path):
    class Listener:
        @hookimpl
        async def message_received(self, event): ...

    async with staged(tmp_path, plugins(listener=Listener)) as stage:
        read_ = {
            "sender": {"id": "7"},
            "recipient": {"id": making.PAGE},
            "timestamp": making.NOW,
            "read": {"watermark": 1},
        }
        (stored,) = (await stage.deliver(read_)).new
        await stage.until_state(stored.id, "listener", "skipped")
        assert await stage.gateway.journal.replay([stored.id], "listener", resend=False) == 1
        await stage.until_state(stored.id, "listener", "done")


class Choosy(Struct):
    """A configuration that has no need of reactions, and cannot say what it thinks of edits."""

    def needs(self, hook: str) -> bool:
        if hook == "message_edited":
            raise ValueError("call me on 555-0101")
        return hook == "message_received"


async def test_what_a_configuration_does_not_need_is_passed_over_and_one_that_cannot_say_needs_all(tmp_path, caplog):
    subject, called = everything()
    subject.Config = Choosy
    reaction = {"reaction": {"action": "react", "emoji": "x", "mid": "m"}}
    edit = {"message_edit": {"mid": "m", "text": "Hi", "num_edit": 1}}
    async with staged(tmp_path, plugins(choosy=subject)) as stage:
        said = making.message("hi")
        talk = {name: said[name] for name in ("sender", "recipient", "timestamp")}
        new = (await stage.deliver(talk | reaction, talk | edit, said)).new
        await stage.until_state(new[-1].id, "choosy", "done")
        assert [hook for hook, _ in called] == ["message_edited", "message_received"]
        views = [(await stage.view(event.id)).lanes["choosy"] for event in new]
        assert views[0].attempts == 0, "passed over without a mark in the journal"
        await stage.until(lambda: stage.gateway.journal.replay([new[0].id], "choosy", False))
        await stage.until_state(new[0].id, "choosy", "done")
        assert len(called) == 2
    assert "555-0101" not in caplog.text
