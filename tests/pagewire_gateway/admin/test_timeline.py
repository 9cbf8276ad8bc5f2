"""One event's story: what failed and was tried again, what went out, what Meta said, and its echo."""

from pagewire import Text, TryLater, hookimpl
from pagewire_gateway.journal.port import EventFilter
from tests.pagewire_gateway import making
from tests.pagewire_gateway.playing import client_of
from tests.pagewire_gateway.stage import plugins, staged


class Late:
    """Answers at the second attempt."""

    @hookimpl
    async def message_received(self, event, context):
        if context.attempt == 1:
            raise TryLater(0.01, "closed for now")
        return Text(text="a secret answer")


class Broken:
    """Fails."""

    @hookimpl
    async def message_received(self, event):
        raise ValueError("with a secret word")


async def test_a_story_from_the_webhook_to_the_echo(tmp_path):
    async with staged(tmp_path, plugins(late=Late, broken=Broken)) as stage, client_of(stage) as admin:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.sim.wait_for_sends(1)

        async def echoed() -> bool:
            return bool(await stage.gateway.journal.events(EventFilter(kind="message_echo")))

        await stage.until(echoed)
        (event,) = [one.stored for one in await stage.gateway.journal.events(EventFilter(kind="message"))]
        await stage.until_state(event.id, "broken", "parked")
        answer = await admin.get(f"/api/v1/events/{event.id}/timeline")
        told = answer.json()["timeline"]
        assert "secret" not in answer.text
        assert [one["step"] for one in told[:3]] == ["happened", "received", "durable"]
        late = [one for one in told if one["plugin"] == "late"]
        assert [one["step"] for one in late] == ["attempt", "attempt", "reply", "sent", "echo"]
        assert [one["attempt"] for one in late[:2]] == [1, 2]
        assert (late[0]["outcome"], late[0]["error_type"], late[0]["error"]) == (
            "retry", "TryLater", "TryLater: closed for now",
        )  # fmt: skip
        assert late[0]["next"]
        assert late[3]["mid"] == late[4]["mid"] != ""
        (echo,) = await stage.gateway.journal.events(EventFilter(kind="message_echo"))
        assert late[4]["event"] == echo.stored.id
        broken = [one for one in told if one["plugin"] == "broken"]
        assert [(one["attempt"], one["outcome"]) for one in broken] == [(1, "retry"), (2, "retry"), (3, "parked")]
        assert {one["error_type"] for one in broken} == {"builtins.ValueError"}
        assert [one["at"] for one in told[1:]] == sorted(one["at"] for one in told[1:])


async def test_an_event_that_does_not_exist_has_no_story(admin):
    answer = await admin.get("/api/v1/events/nope/timeline")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
