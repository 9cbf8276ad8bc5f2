"""Every answer of the public port: a request that leads to it, its counter, and its row in the docs."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pagewire_gateway.app import now
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, WholeDeliveries, answers, create_public_app
from pagewire_gateway.ingress.answers import Answer
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from pagewire_gateway.telemetry.metrics import deliveries, handshakes
from tests.pagewire_gateway import making
from tests.pagewire_gateway.ingress.test_delivery import URL, Door, head, raw

GUARANTEES = Path(__file__).parents[3] / "docs/explanation/guarantees.md"
BODY = making.body(making.message())
SIGNED = making.signed(BODY)
GOOD = {"hub.mode": "subscribe", "hub.verify_token": "letmein", "hub.challenge": "1158201444"}

Ask = Callable[[Door], Awaitable[int]]


class Stumbling(SqliteJournal):
    """A journal with a fault that nobody foresaw."""

    async def append(self, *_: Any) -> Any:
        raise KeyError("what nobody thought of")


@dataclass(frozen=True)
class Case:
    """How one answer comes about.

    Attributes:
        status: of the answer.
        asked: leads to it.
        whose: the app it is counted for.
        changed: a word of the manifests, and what stands there instead.
        read: whether the manifests have been read.
        journal: makes it, not open yet.
        open: whether it is open.
    """

    status: int
    asked: Ask
    whose: str = "support/acme"
    changed: tuple[str, str] = ("", "")
    read: bool = True
    journal: Callable[[Path], SqliteJournal] = SqliteJournal
    open: bool = True
    connections: int = 100
    limits: IngressLimits = IngressLimits(read_timeout=0.2)  # noqa: RUF009 - it cannot be changed


def posted(content: bytes = BODY, headers: dict[str, str] | None = None, url: str = URL, times: int = 1) -> Ask:
    async def ask(door: Door) -> int:
        statuses = [await door.post(content, headers, url) for _ in range(times)]
        return statuses[-1]

    return ask


def got(parameters: dict[str, str], url: str = URL) -> Ask:
    async def ask(door: Door) -> int:
        return (await door.client.get(url, params=parameters)).status_code

    return ask


async def put(door: Door) -> int:
    return (await door.client.put(URL)).status_code


async def half_posted(door: Door) -> int:
    return int((await raw(door, head(100), b"{")).split()[1])


async def until_full(door: Door) -> int:
    status = 200
    while status == 200:
        status = await door.post(making.body(*(making.message("x" * 1800) for _ in range(10))))
    return status


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in SIGNED.items() if key != name}


NO_ITEMS = b'{"object":"page","entry":[]}'
DELIVERIES = {
    answers.ACCEPTED: Case(200, posted()),
    answers.DUPLICATE: Case(200, posted(times=2)),
    answers.EMPTY: Case(200, posted(NO_ITEMS)),
    answers.MALFORMED: Case(400, posted(b"")),
    answers.UNSIGNED: Case(401, posted(headers=without("X-Hub-Signature-256"))),
    answers.FORGED: Case(403, posted(headers=making.signed(BODY, "wrong"))),
    answers.NOT_FOUND: Case(404, posted(url="/webhooks/support/nobody"), whose=""),
    answers.WRONG_METHOD: Case(405, put),
    answers.TOO_SLOW: Case(408, half_posted),
    answers.TOO_LARGE: Case(413, posted(), limits=IngressLimits(max_body=len(BODY) - 1)),
    answers.WRONG_TYPE: Case(415, posted(headers=without("Content-Type"))),
    answers.BROKEN: Case(500, posted(), journal=Stumbling),
    answers.NOT_READY: Case(503, posted(), whose="", read=False),
    answers.NO_SECRET: Case(503, posted(), changed=("name: acme-app, namespace", "name: gone, namespace")),
    answers.OVERLOADED: Case(503, posted(), limits=IngressLimits(max_waiting_bytes=0)),
    answers.TOO_MANY: Case(503, posted(), whose="", connections=0),
    answers.FULL: Case(503, until_full, journal=lambda path: SqliteJournal(path, max_bytes=600_000)),
    answers.UNAVAILABLE: Case(503, posted(), open=False),
}
HANDSHAKES = {
    "verified": Case(200, got(GOOD)),
    "incomplete": Case(400, got({})),
    "wrong_token": Case(403, got({**GOOD, "hub.verify_token": "wrong"})),
    "unknown_app": Case(404, got(GOOD, "/webhooks/support/nobody"), whose=""),
    "no_token": Case(503, got(GOOD), changed=("key: verify-token", "key: gone")),
    "not_ready": Case(503, got(GOOD), whose="", read=False),
}
BOTH_WAYS = pytest.mark.parametrize("straight", [True, False], ids=["straight", "through ASGI"])


@asynccontextmanager
async def opened(case: Case, folder: Path, *, straight: bool) -> AsyncIterator[Door]:
    manifests = making.write(folder / "manifests", making.page_manifest())
    text = (manifests / "all.yaml").read_text()
    assert case.changed[0] in text
    if case.changed[0]:
        (manifests / "all.yaml").write_text(text.replace(*case.changed))
    registry, journal = ManifestRegistry(manifests), case.journal(folder / "journal.db")
    if case.read:
        await registry.start()
    await journal.start()
    if not case.open:
        await journal.aclose()
    ingress = Ingress(registry, journal, case.limits, now)
    whole = WholeDeliveries(ingress) if straight else None
    listener = Listener(create_public_app(ingress), Address("127.0.0.1", 0), 1, case.connections, whole)
    await listener.start()
    door = Door(listener, journal)
    yield door
    await door.client.aclose()
    await listener.stop()
    await registry.aclose()
    await journal.aclose()


@BOTH_WAYS
@pytest.mark.parametrize("answer", DELIVERIES, ids=lambda answer: answer.outcome)
async def test_a_delivery_is_answered_and_counted(tmp_path: Path, answer: Answer, straight: bool):
    case = DELIVERIES[answer]
    async with opened(case, tmp_path, straight=straight) as door:
        before = deliveries.values[case.whose, answer.outcome]
        assert await case.asked(door) == case.status == answer.status
        assert deliveries.values[case.whose, answer.outcome] - before == 1


@pytest.mark.parametrize("outcome", HANDSHAKES)
async def test_a_handshake_is_answered_and_counted(tmp_path: Path, outcome: str):
    case = HANDSHAKES[outcome]
    async with opened(case, tmp_path, straight=True) as door:
        before = handshakes.values[case.whose, outcome]
        assert await case.asked(door) == case.status
        assert handshakes.values[case.whose, outcome] - before == 1


@BOTH_WAYS
async def test_what_a_journal_that_is_away_refused_is_stored_whole_when_it_comes_again(tmp_path: Path, straight: bool):
    content = making.body(making.message("one"), making.message("two"))
    async with opened(Case(503, posted(content), open=False), tmp_path, straight=straight) as door:
        assert await door.post(content) == 503
    async with opened(Case(200, posted(content)), tmp_path, straight=straight) as door:
        assert await door.journal.events(EventFilter(limit=10)) == []
        assert await door.post(content) == 200
        assert await door.kinds() == ["message", "message"]


def test_no_answer_is_left_out():
    made = {answer for answer in vars(answers).values() if isinstance(answer, Answer)}
    of_handshakes = {answers.BAD_HANDSHAKE, answers.WRONG_TOKEN, answers.NO_TOKEN}
    assert made - of_handshakes == set(DELIVERIES)
    assert {answer.outcome for answer in of_handshakes} <= set(HANDSHAKES)


def test_the_docs_have_every_answer_with_what_it_is_counted_as():
    told = [row for row in _rows(GUARANTEES.read_text()) if len(row) == 3]
    counted = {word: row[0] for row in told for word in re.findall(r"`(\w+)`", row[1])}
    known = {answer.outcome: answer.status for answer in DELIVERIES}
    known |= {outcome: case.status for outcome, case in HANDSHAKES.items()}
    assert counted.keys() == known.keys()
    assert [word for word, status in known.items() if str(status) not in counted[word]] == []


def _rows(page: str) -> Sequence[list[str]]:
    """The table of answers, a list of cells a row."""
    table = page.partition("## What an answer on the public port means")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ") and "---" not in line]
