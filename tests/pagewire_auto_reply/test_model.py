"""Answers of a language model: what it is told, what of its answers is said, and what happens when it fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

import pagewire_auto_reply as plugin
from pagewire.replies import PassThread, normalise
from pagewire_auto_reply import explain_event
from pagewire_auto_reply.model import API_KEY, URL, Endpoint, answered, ask
from pagewire_auto_reply.redaction import redact
from pagewire_auto_reply.shapes import Llm
from tests.pagewire_auto_reply.llama_server import llama_running
from tests.pagewire_auto_reply.making import Desk, attached, config, message, rule, tap, texts

FACTS = ["We are open from 9 to 6.", "Write to help@shop.example or call +351 210 000 000."]
LLM = {"model": "tiny", "facts": FACTS, "instructions": "You answer for a shop.", "budget": "1s"}
RULES = [rule({"text": "hours"}, "9 to 6")]
OTHERWISE = {"text": "A colleague will write.", "handOver": {"to": "inbox"}}


@dataclass
class Stub:
    """An endpoint that answers as it is told and remembers what it was asked."""

    content: str | None = "We open at 9."
    finish: str = "stop"
    status: int = 200
    body: bytes | None = None
    hangs: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def complete(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        if self.hangs:
            await asyncio.Event().wait()
        said = {"choices": [{"message": {"role": "assistant", "content": self.content}, "finish_reason": self.finish}]}
        body = json.dumps(said).encode() if self.body is None else self.body
        return web.Response(body=body, status=self.status, content_type="application/json")


@pytest.fixture
async def stub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stub]:
    stub, app = Stub(), web.Application()
    app.router.add_post("/v1/chat/completions", stub.complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    monkeypatch.setenv(URL, f"http://127.0.0.1:{port}/v1/")
    monkeypatch.setenv(API_KEY, "k3y")
    yield stub
    await runner.cleanup()


def desk(**others: Any) -> Any:
    return Desk(config(RULES, otherwise=OTHERWISE, **{"llm": LLM, **others}))


async def said(text: str) -> list[str]:
    replies = normalise(await plugin.message_received(message(text), desk()))  # type: ignore[arg-type]
    return texts([reply for reply in replies if not isinstance(reply, PassThread)])


FALLBACK = ["A colleague will write."]


async def test_it_answers_what_no_rule_does_and_is_told_facts_and_no_person(stub: Stub) -> None:
    assert await said("when do you open? mail me: ada@quay.example, +44 20 7946 0000") == ["We open at 9."]
    (asked,) = stub.asked
    system, user = (one["content"] for one in asked["messages"])
    assert all(fact in system for fact in FACTS)
    assert user == "when do you open? mail me: [email], [number]"
    assert (asked["model"], asked["temperature"], asked["max_tokens"], asked["stream"]) == ("tiny", 0, 200, False)
    assert stub.keys == ["Bearer k3y"]


@pytest.mark.parametrize(
    "happened", [message("hours?"), tap("X"), attached("image"), message("a", quick_reply={"payload": "a"})]
)
async def test_it_is_not_asked_about_what_rules_answer_or_nobody_wrote(stub: Stub, happened: Any) -> None:
    hook = plugin.postback_received if happened.kind == "postback" else plugin.message_received
    assert await hook(happened, desk())  # type: ignore[operator]
    assert stub.asked == []


async def test_it_is_off_unless_it_is_asked_for(stub: Stub) -> None:
    assert await plugin.message_received(message("when?"), desk(llm=None))  # type: ignore[arg-type]
    assert stub.asked == []


@pytest.mark.parametrize(
    "troubles",
    [
        {"content": "HANDOVER"},
        {"content": "Hand over"},
        {"content": ""},
        {"content": None},
        {"content": "We open at", "finish": "length"},
        {"content": "Write to boss@evil.example"},
        {"content": "Call +1 900 555 0199"},
        {"content": "See https://evil.example/pay"},
        {"content": "bad \ufffd text"},
        {"status": 500},
        {"status": 401},
        {"body": b"<html>"},
        {"body": b'{"choices": []}'},
        {"body": b"[" + b"1," * 200_000 + b"1]"},
        {"body": b'{"choices":[{"message":{"content":"\xff\xfe"},"finish_reason":"stop"}]}'},
    ],
)
async def test_whatever_is_no_answer_leaves_it_to_what_is_said_otherwise(stub: Stub, troubles: dict[str, Any]) -> None:
    for name, value in troubles.items():
        setattr(stub, name, value)
    assert await said("when?") == FALLBACK
    assert len(stub.asked) == 1


async def test_who_does_not_answer_in_time_is_not_waited_for(stub: Stub) -> None:
    stub.hangs = True
    assert await said("when?") == FALLBACK


async def test_an_endpoint_that_is_away_or_not_set_leaves_it_to_what_is_said_otherwise(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL, "http://127.0.0.1:9/v1")
    assert await said("when?") == FALLBACK
    monkeypatch.delenv(URL)
    assert await said("when?") == FALLBACK
    assert stub.asked == []


async def test_health_tells_that_the_endpoint_is_not_set(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Configs:
        configs: dict[str, Any]

    with_model: Any = Configs({"shop": config(RULES, llm=LLM)})
    assert (await plugin.health(with_model)).status == "ok"
    monkeypatch.delenv(URL)
    found = await plugin.health(with_model)
    assert (found.status, URL in found.reason) == ("degraded", True)
    assert (await plugin.health(Configs({"shop": config(RULES)}))).status == "ok"  # type: ignore[arg-type]


async def test_the_explanation_says_that_it_would_be_asked_and_asks_nobody(stub: Stub) -> None:
    lines = await explain_event(message("when?"), desk())
    assert lines[-2:] == (
        "ask  llm: the model is asked, and what is below it only if it has no answer",
        "FIRE otherwise",
    )
    assert stub.asked == []


def test_addresses_of_the_facts_may_be_said_and_thoughts_may_not() -> None:
    llm = msgspec.convert(LLM, Llm)
    text = "<think>secret</think>Write to help@shop.example or call +351 210 000 000."
    body = msgspec.json.encode({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})
    assert answered(llm, body).text == "Write to help@shop.example or call +351 210 000 000."


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("I am ada.quay+x@mail.example.com!", "I am [email]!"),
        ("IBAN PT50 0002 0123 1234 5678 9015 4", "IBAN [account]"),
        ("card 4111-1111-1111-1111 please", "card [number] please"),
        ("see https://x.example/?token=1 or www.y.example", "see [link] or [link]"),
        ("I am @ada.quay", "I am [handle]"),
        ("order 12345, 2 shirts at 9:30", "order 12345, 2 shirts at 9:30"),
    ],
)
def test_what_names_people_does_not_leave(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.fixture
def llama(tmp_path: Path) -> Iterator[str]:
    with llama_running(tmp_path) as url:
        yield url


@pytest.mark.slow(10)
@pytest.mark.timeout(300)  # the first run on a machine installs it
async def test_a_real_server_of_the_protocol_is_understood(llama: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With random weights it writes gibberish: it answers within the protocol, and nothing of it may be said."""
    llm = msgspec.convert({**LLM, "budget": "20s", "maxTokens": 32}, Llm)
    found = await ask(llm, "when do you open?", Endpoint(llama))
    assert found.text is None
    assert found.reason in {"the model did not come to an end (length)", "the model wrote what is no text"}
    monkeypatch.setenv(URL, llama)
    assert await said("when?") == FALLBACK


@pytest.mark.parametrize("field", ["url", "apiKey", "api_key", "endpoint"])
def test_a_resource_cannot_name_the_endpoint_or_its_key(field: str) -> None:
    assert msgspec.convert({"model": "m", "facts": ["x"]}, Llm)
    with pytest.raises(msgspec.ValidationError, match=f"unknown field `{field}`"):
        msgspec.convert({"model": "m", "facts": ["x"], field: "http://169.254.169.254/"}, Llm)
