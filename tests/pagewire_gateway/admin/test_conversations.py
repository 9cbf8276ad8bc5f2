"""Conversations on the admin port and the command line: who has the thread, what was sent, what was refused and why."""

import contextlib
import json

from pagewire import Text, hookimpl
from pagewire_gateway.app import now
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.playing import client_of
from tests.pagewire_gateway.stage import plugins, staged

PATH = "/api/v1/conversations"
HOUR = 3_600_000
LATE, FRESH = "24000000000000071", "24000000000000072"


class Answer:
    """Answers everything."""

    @hookimpl
    async def message_received(self, event):
        return Text(text=f"secret answer to {event.text}")


@contextlib.asynccontextmanager
async def talked(tmp_path):
    """One person who wrote a day ago, and one who wrote just now, after which another app took the thread."""
    async with staged(tmp_path, plugins(answer=Answer)) as stage, client_of(stage) as admin:
        late = making.message("a day ago", LATE, at=now() - 25 * HOUR)
        ids = [(await stage.deliver(late)).new[0].id]
        mid = await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.sim.wait_for_sends(1)
        yield stage, admin, ids, mid


async def test_history_holds_refusals_and_sends_with_their_reasons_and_no_text(tmp_path):
    async with talked(tmp_path) as (stage, admin, ids, _):

        async def refused() -> bool:
            return [row.state for row in (await stage.view(ids[0])).outbox] == ["refused"]

        await stage.until(refused)
        answer = await admin.get(f"{PATH}/page/{making.PAGE}/{LATE}")
        event, reply = answer.json()["history"]
        assert (event["what"], event["kind"], event["id"]) == ("event", "message", ids[0])
        assert (reply["what"], reply["state"], reply["code"], reply["plugin"]) == (
            "reply",
            "refused",
            "window_closed",
            "answer",
        )
        assert "standard messaging window closed at" in reply["why"]
        assert "secret" not in answer.text
        state = answer.json()["state"]
        assert (state["owner"], state["unreachable_since"], state["opt_ins"]) == (None, None, 0)
        listed = (await admin.get(PATH, params={"account": making.PAGE})).json()["conversations"]
        assert {one["conversation"].rpartition("/")[2] for one in listed} >= {LATE}
        assert len(listed) == 2
        shown = await invoke("conversations", f"page/{making.PAGE}/{LATE}", "--admin", str(admin.base_url))
        assert "window_closed" in shown.stdout
        as_json = await invoke("conversations", "-o", "json", "--admin", str(admin.base_url))
        assert len(json.loads(as_json.stdout)) == 2


async def test_another_owner_is_told_in_words(tmp_path):
    async with staged(tmp_path, plugins(answer=Answer)) as stage, client_of(stage) as admin:
        taken = {"new_owner_app_id": "263902037430900"}
        ends = {"sender": {"id": FRESH}, "recipient": {"id": making.PAGE}, "timestamp": now()}
        await stage.deliver(making.message("hi", FRESH, at=now() - 1000), {**ends, "take_thread_control": taken})
        found = (await admin.get(f"{PATH}/page/{making.PAGE}/{FRESH}")).json()
        assert found["state"]["owner"] == "the Page inbox"
        assert [entry["kind"] for entry in found["history"] if entry["what"] == "event"] == ["message", "handover_take"]


async def test_a_conversation_nobody_had_and_one_misspelt(tmp_path):
    async with staged(tmp_path, plugins(answer=Answer)) as stage, client_of(stage) as admin:
        answer = await admin.get(f"{PATH}/page/{making.PAGE}/1")
        assert (answer.status_code, "pagewire conversations" in answer.json()["error"]["hint"]) == (404, True)
        shown = await invoke("conversations", "ann", "--admin", str(admin.base_url))
        assert (shown.exit_code, "OBJECT/ACCOUNT/PERSON" in shown.stderr) == (2, True)
