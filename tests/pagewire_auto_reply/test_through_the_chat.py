"""The shipped plugin in a whole gateway, talked to through the chat page's API: what a person there sees."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pagewire.replies import INSTAGRAM_INBOX, PAGE_INBOX
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.plugins import load
from tests.pagewire_auto_reply.playing import table
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import Stage, staged

SHOP = {key: value for key, value in table()["configs"]["shop"].items() if key != "businessHours"}
SHOP["rules"] = [rule for rule in SHOP["rules"] if "hours" not in rule["when"]]
PARDON = SHOP["otherwise"]["text"]
ON = pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM], ids=["Messenger", "Instagram"])


class Chat:
    """One person at the chat page."""

    def __init__(self, stage: Stage, client: httpx.AsyncClient, account: str) -> None:
        self.stage, self.client, self.who = stage, client, {"account": account, "person": "ada"}

    async def does(self, act: str, **fields: Any) -> None:
        answer = await self.client.post(f"/chat/{act}", json={**self.who, **fields})
        assert answer.is_success, answer.text

    async def says(self, text: str) -> None:
        await self.does("say", text=text)

    async def thread(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get("/chat/thread", params=self.who)).json()
        return found

    async def heard(self) -> list[str]:
        """What the account said, so far."""
        return [one["text"] for one in (await self.thread())["messages"] if not one["mine"] and one["text"]]

    async def hears(self, *texts: str) -> None:
        """Wait until the account has said as much; it is this, and nothing else."""

        async def there() -> bool:
            return len(await self.heard()) >= len(texts)

        await self.stage.until(there, 60)
        assert await self.heard() == list(texts)

    async def seen_to(self, text: str) -> None:
        """Wait until the plugin has had a message, and all it asked for is at an end."""

        async def done() -> bool:
            views = [
                view
                for view in await self.stage.gateway.journal.events(EventFilter())
                if f'"{text}"'.encode() in view.stored.item.raw and view.stored.item.kind == "message"
            ]
            return bool(views) and all(
                view.lanes["auto-reply"].state in {"done", "skipped"}
                and all(row.state in {"sent", "refused", "parked"} for row in view.outbox)
                for view in views
            )

        await self.stage.until(done, 60)


@contextlib.asynccontextmanager
async def chatting(folder: Path, account: str, config: dict[str, Any]) -> AsyncIterator[Chat]:
    async with staged(folder, load(["auto-reply"]), enabled=[{"name": "auto-reply", "config": config}]) as stage:
        for known in stage.sim.meta.state.accounts.values():
            known.default_app = making.APP_ID
        async with httpx.AsyncClient(base_url=stage.sim.graph_url, trust_env=False) as client:
            yield Chat(stage, client, account)


@ON
async def test_a_visit_ends_with_a_person(account: str, tmp_path: Path) -> None:
    async with chatting(tmp_path, account, SHOP) as chat:
        heard = ["We are open from 9 to 6.", "We ship everywhere for 5 euros, in three days.", PARDON]
        for place, text in enumerate(["hours?", "how much is shipping to Spain", "zzz"]):
            await chat.says(text)
            await chat.hears(*heard[: place + 1])
        await chat.says("I want a human")
        inbox = PAGE_INBOX if account == making.PAGE else INSTAGRAM_INBOX

        async def passed() -> bool:
            return bool((await chat.thread())["owner"]["owner"] == inbox)

        await chat.stage.until(passed, 60)
        await chat.hears(*heard, "A colleague will write to you.")
        await chat.says("are the hours still the same")
        await chat.stage.sim.drained()
        await chat.hears(*heard, "A colleague will write to you.")


@ON
async def test_a_comment_is_answered_in_private(account: str, tmp_path: Path) -> None:
    async with chatting(tmp_path, account, SHOP) as chat:
        await chat.does("comment", text="What is the price?")

        async def answered() -> bool:
            return bool(await chat.heard())

        await chat.stage.until(answered, 60)
        (reply,) = (one for one in (await chat.thread())["messages"] if not one["mine"])
        assert reply["private"] == "What is the price?"
        assert reply["text"].endswith("it is 20 euros.")


@ON
async def test_it_rests_after_a_person_at_the_inbox_wrote(account: str, tmp_path: Path) -> None:
    """On Instagram no echo says who wrote: what the gateway sent itself, the first answers, must not silence it."""
    config = {"rules": [{"when": {"any": True}, "reply": {"text": "Yes?"}}], "quiet": {"afterHuman": "30m"}}
    async with chatting(tmp_path, account, config) as chat:
        for count in (1, 2):
            await chat.says(f"hello {count}")
            await chat.stage.sim.drained()
            await chat.hears(*["Yes?"] * count)
        await chat.does("inbox", text="I take this one")
        await chat.stage.sim.drained()
        await chat.says("still there")
        await chat.stage.sim.drained()
        chat.stage.sim.people.hand_back(account, "ada")
        await chat.says("and now")
        await chat.seen_to("and now")
        assert await chat.heard() == ["Yes?", "Yes?", "I take this one"]


@ON
async def test_two_programs_facing_each_other_stop_within_the_limit(account: str, tmp_path: Path) -> None:
    """The other one answers whatever it hears, at once, always with other words, and reads nothing."""
    config = {
        "rules": [{"when": {"any": True}, "reply": {"text": "Pardon?"}}],
        "limit": {"messages": 6, "within": "10m"},
    }
    async with chatting(tmp_path, account, config) as chat:
        for turn in range(12):
            heard = len(await chat.heard())
            await chat.says(f"turn {turn}")
            await chat.seen_to(f"turn {turn}")
            if len(await chat.heard()) == heard:
                break
        assert await chat.heard() == ["Pardon?"] * 6
        assert turn == 6


@ON
async def test_a_program_that_says_the_same_is_left_alone(account: str, tmp_path: Path) -> None:
    config = {"rules": [{"when": {"any": True}, "reply": {"text": "Pardon?"}}], "limit": {"sameText": 2}}
    async with chatting(tmp_path, account, config) as chat:
        for _ in range(5):
            await chat.says("I am a program")
        await chat.seen_to("I am a program")
        await chat.says("hello")
        await chat.seen_to("hello")
        assert await chat.heard() == ["Pardon?"] * 3


@ON
async def test_a_conversation_that_is_ours_already_can_be_taken_and_passed_on(account: str, tmp_path: Path) -> None:
    rules = [
        {"when": {"text": "bot"}, "reply": {"text": "Here I am.", "take": True}},
        {"when": {"text": "done"}, "reply": {"text": "Bye!", "handOver": {"to": "inbox"}}},
    ]
    async with chatting(tmp_path, account, {"rules": rules}) as chat:
        await chat.says("bot")
        await chat.hears("Here I am.")
        await chat.says("done")
        await chat.hears("Here I am.", "Bye!")
        await chat.seen_to("done")
        views = await chat.stage.gateway.journal.events(EventFilter(kind="message"))
        assert {row.state for view in views for row in view.outbox} == {"sent"}
