"""The shipped plugin in a whole gateway, against the simulator: it says what it is, breaks loops, and leaves people alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pagewire_gateway.journal.port import EventFilter, EventView
from pagewire_gateway.plugins import load
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import Stage, staged

CONFIG: dict[str, Any] = {
    "rules": [{"when": {"any": True}, "reply": {"text": "Yes?"}}],
    "disclosure": {"text": "A program writes."},
    "limit": {"messages": 2, "within": "10m"},
    "quiet": {"afterHuman": "30m", "whenOwned": True},
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    enabled = [{"name": "auto-reply", "config": CONFIG}]
    async with staged(tmp_path, load(["auto-reply"]), enabled=enabled) as stage:
        stage.sim.meta.state.accounts[making.PAGE].default_app = making.APP_ID
        yield stage


async def came_to(stage: Stage, text: str) -> EventView:
    """The event of a message once it, and what was answered, are at an end."""
    found: list[EventView] = []

    async def ended() -> bool:
        views = await stage.gateway.journal.events(EventFilter(kind="message"))
        found[:] = [view for view in views if f'"{text}"'.encode() in view.stored.item.raw]
        return bool(found) and (
            found[0].lanes["auto-reply"].state == "done"
            and all(row.state in {"sent", "refused", "parked"} for row in found[0].outbox)
        )

    await stage.until(ended, 30)
    return found[0]


async def says(stage: Stage, person: str, text: str) -> EventView:
    await stage.sim.say(making.PAGE, person, text)
    return await came_to(stage, text)


def texts(stage: Stage) -> list[str]:
    return [send.message["text"] for send in stage.sim.sends if send.message]


async def test_it_tells_that_a_program_writes_and_ends_a_loop_until_a_person_reads(stage: Stage) -> None:
    for text in ("one", "two"):
        assert [row.state for row in (await says(stage, "ann", text)).outbox] == ["sent"]
    assert texts(stage) == ["A program writes.\n\nYes?", "Yes?"]
    (held,) = (await says(stage, "ann", "three")).outbox
    assert (held.state, held.code) == ("refused", "held_back")
    assert "this may be a loop" in held.error
    await stage.sim.read(making.PAGE, "ann")
    assert [row.state for row in (await says(stage, "ann", "four")).outbox] == ["sent"]
    assert texts(stage)[2:] == ["Yes?"]


async def test_it_is_quiet_while_a_person_writes_and_while_another_app_has_the_conversation(stage: Stage) -> None:
    await says(stage, "bob", "hello")
    stage.sim.people.inbox(making.PAGE, "bob", "I take this one")
    await stage.sim.drained()
    stage.sim.people.hand_back(making.PAGE, "bob")
    assert (await says(stage, "bob", "is somebody there")).outbox == ()

    await says(stage, "eve", "good morning")
    stage.sim.people.take_over(making.PAGE, "eve")
    await stage.sim.say(making.PAGE, "eve", "while another has it")
    stage.sim.people.hand_back(making.PAGE, "eve")
    await stage.sim.drained()
    assert [row.state for row in (await says(stage, "eve", "and back")).outbox] == ["sent"]
    assert texts(stage) == ["A program writes.\n\nYes?"] * 2 + ["Yes?"]
