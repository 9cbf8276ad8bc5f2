"""A person asks to be forgotten: everywhere, whatever happens meanwhile, with a proof that names nobody."""

import asyncio

import apsw
import httpx
import msgspec
import pytest

from pagewire import Refused, Text, TryLater, hookimpl
from pagewire.events import Conversation
from pagewire.people import ScopedId
from pagewire.replies import ToComment
from pagewire_gateway.app import now
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite import scrubbing
from pagewire_gateway.people import requests
from pagewire_gateway.people import store as people_store
from pagewire_gateway.people.port import Subject
from pagewire_gateway.people.requests import Asked
from pagewire_gateway.people.store import Store
from pagewire_gateway.retry import RetryPolicy
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged

ANN, BOB = "24000000000000001", "24000000000000002"
WHO = ScopedId("page", making.PAGE, ANN)
PLANTED = "the planted words of a person"
QUICK = RetryPolicy(attempts=3, first=0.02, factor=1.0, jitter=0.0)


class Keeper:
    """Answers, remembers people, and forgets them as it is told to."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.told: list = []
        self.answers: list = []
        self.opened = asyncio.Event()
        self.opened.set()

    @hookimpl
    async def message_received(self, event):
        self.known.add(event.person)
        await self.opened.wait()
        return Text(text=f"re {event.text[:60]}")

    @hookimpl
    async def person_deleted(self, person, context):
        self.told.append((person, context.account.id, context.attempt, context.idempotency_key, context.config))
        if self.answers and isinstance(answer := self.answers.pop(0), Exception):
            raise answer
        self.known.discard(person.id)
        return "case 42"


class Commenter:
    """Answers comments in private."""

    @hookimpl
    async def event_received(self, event):
        comment = getattr(event, "comment_id", None)
        return Text(text="Thanks!", to=ToComment(comment_id=comment)) if comment else None


class Mute:
    """Remembers nobody, and has no such hook."""

    @hookimpl
    async def event_received(self, event):
        return None


def keeper(stage) -> Keeper:
    return stage.gateway.plugins["keeper"].hooks["message_received"].function.__self__


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(keeper=Keeper, mute=Mute), deletion=QUICK) as stage:
        for person in (ANN, BOB):
            # As Meta sees it they wrote just now; what the gateway sees is up to the tests.
            talk = stage.sim.people.conversation(making.PAGE, person)
            talk.last_user_ms, talk.consented = now(), True
        yield stage


async def said(stage, text=PLANTED, person=ANN, **more):
    """A message, answered."""
    (stored,) = (await stage.deliver(making.message(text, person, at=now(), **more))).new
    await stage.until_state(stored.id, "keeper", "done")
    return stored


def _tries(monkeypatch, store) -> list[bool]:
    """What each attempt to empty the store's files comes to."""
    tried, scrub = [], store.scrub

    async def counted() -> bool:
        tried.append(await scrub())
        return tried[-1]

    monkeypatch.setattr(store, "scrub", counted)
    return tried


async def until_state(stage, request, state):
    async def there() -> bool:
        return (await stage.gateway.deletion.status(request)).state == state

    await stage.until(there)
    return await stage.gateway.deletion.status(request)


def in_files(stage, *texts: str) -> list[str]:
    """Which of these texts stand in any file of the data folder, byte by byte."""
    data = [file.read_bytes() for file in stage.gateway.settings.data.rglob("*") if file.is_file()]
    return [text for text in texts if any(text.encode() in one for one in data)]


async def test_everything_of_the_person_is_gone_and_the_proof_names_nobody(stage):
    for number in range(40):
        await said(stage, f"{PLANTED} {number} {'x' * 9000 if number % 7 == 0 else ''}")
    other = await said(stage, "words of somebody else", BOB)
    await stage.until(lambda: len(stage.sim.sends) == 41)
    assert in_files(stage, PLANTED, ANN) == [PLANTED, ANN]

    request = await stage.gateway.deletion.request([WHO], "operator")
    proof = await until_state(stage, request, "done")
    assert in_files(stage, PLANTED, ANN) == []
    assert in_files(stage, "words of somebody else", BOB) == ["words of somebody else", BOB]
    assert keeper(stage).known == {BOB}

    assert proof.removed["events"] >= 40
    assert proof.removed["outbound"] == 40
    assert [(one.plugin, one.state, one.receipt) for one in proof.receipts] == [
        ("keeper", "done", "case 42"),
        ("mute", "no_hook", ""),
    ]
    assert proof.finished >= proof.requested
    assert proof.subjects[0].who is None
    assert len(proof.subjects[0].hash) == 32
    assert (await stage.view(other.id)).stored.item.person == BOB


async def test_plugins_are_told_once_an_account_with_what_they_need(stage):
    await said(stage)
    request = await stage.gateway.deletion.request([WHO], "operator")
    await until_state(stage, request, "done")
    ((person, account, attempt, key, config),) = keeper(stage).told
    assert (person.object, person.account, person.id) == WHO
    assert (person.request, person.ground, account, attempt, config) == (request, "operator", making.PAGE, 1, {})
    assert key == f"{request}:0:keeper"


async def test_repeats_and_late_deliveries_of_old_events_bring_nothing_back(stage):
    old = making.message(PLANTED, ANN, at=now() - 1000, mid="m_known")
    await stage.deliver(old)
    request = await stage.gateway.deletion.request([WHO], "operator")
    await until_state(stage, request, "done")
    late = making.message(PLANTED, ANN, at=now() - 60_000, mid="m_never_seen")
    assert await post(stage, old) == 200
    assert await post(stage, late) == 200
    assert in_files(stage, PLANTED, ANN) == []
    assert await stage.gateway.journal.events(EventFilter(person=ANN)) == []

    assert await post(stage, making.message("I am back", ANN, at=now() + 1000, mid="m_new")) == 200
    (new,) = await stage.gateway.journal.events(EventFilter(person=ANN))
    await stage.until_state(new.stored.id, "keeper", "done")
    await stage.until(lambda: [send.message["text"] for send in stage.sim.sends][-1:] == ["re I am back"])


async def post(stage, *items) -> int:
    """Deliver as Meta does."""
    return await post_body(stage, making.body(*items))


async def post_body(stage, body: bytes) -> int:
    url = f"http://127.0.0.1:{stage.gateway.public_port}/webhooks/support/acme"
    async with httpx.AsyncClient() as client:
        return (await client.post(url, content=body, headers=making.signed(body))).status_code


async def test_nothing_is_sent_after_the_request_though_a_hook_was_at_work(stage):
    plugin = keeper(stage)
    plugin.opened.clear()
    await stage.deliver(making.message(PLANTED, ANN, at=now()), making.message("and more", ANN, at=now()))
    await stage.until(lambda: ANN in plugin.known)
    request = await stage.gateway.deletion.request([WHO], "operator")
    plugin.opened.set()
    proof = await until_state(stage, request, "done")
    assert list(stage.sim.sends) == []
    assert proof.removed["waiting_work"] >= 1
    assert in_files(stage, PLANTED, ANN) == []


async def test_what_waits_in_the_outbox_never_goes(stage):
    tokens = stage.sim.meta.state.tokens
    kept = dict(tokens)
    tokens.clear()  # Meta refuses: the account's replies wait until its token is mended.
    (stored,) = (await stage.deliver(making.message(PLANTED, ANN, at=now()))).new
    await stage.until_state(stored.id, "keeper", "done")
    request = await stage.gateway.deletion.request([WHO], "operator")
    await until_state(stage, request, "done")
    assert await stage.gateway.journal.outbox() == []
    tokens.update(kept)
    await said(stage, "hello", BOB)
    await stage.until(lambda: stage.sim.sends)
    assert [send.message["text"] for send in stage.sim.sends] == ["re hello"]


async def test_a_private_reply_to_their_comment_never_goes_and_a_late_comment_is_kept_out(tmp_path):
    async with staged(tmp_path, plugins(commenter=Commenter)) as stage:
        ann = stage.sim.scoped_id(making.PAGE, "ann")
        tokens = stage.sim.meta.state.tokens
        kept = dict(tokens)
        tokens.clear()
        comment = await stage.sim.comment(making.PAGE, "ann", PLANTED)
        await stage.until(stage.gateway.journal.outbox)
        await stage.until(lambda: any(budget.trouble for _, budget in stage.gateway.budgets))
        request = await stage.gateway.deletion.request([ScopedId("page", making.PAGE, ann)], "operator")
        tokens.update(kept)
        await until_state(stage, request, "done")
        other = await stage.sim.comment(making.PAGE, "bob", "words of somebody else")
        comments = stage.sim.meta.state.comments
        await stage.until(lambda: comments[other].answered)
        assert not comments[comment].answered
        assert in_files(stage, PLANTED, ann) == []

        late = {"from": {"id": ann, "name": "Ann"}, "item": "comment", "verb": "add", "message": PLANTED}
        entry = {"id": making.PAGE, "time": now() // 1000 - 60, "changes": [{"field": "feed", "value": late}]}
        assert await post_body(stage, msgspec.json.encode({"object": "page", "entry": [entry]})) == 200
        assert in_files(stage, PLANTED, ann) == []


async def test_a_plugin_that_fails_is_asked_again_and_one_that_refuses_is_parked_until_somebody_acts(stage):
    plugin = keeper(stage)
    plugin.answers = [TryLater(0.01, "busy"), ValueError(PLANTED), Refused("legal hold")]
    await said(stage)
    request = await stage.gateway.deletion.request([WHO], "operator")
    stuck = await until_state(stage, request, "parked")
    (receipt,) = [one for one in stuck.receipts if one.plugin == "keeper"]
    assert (receipt.state, receipt.attempts, receipt.error) == ("parked", 3, "Refused: legal hold")
    assert in_files(stage, PLANTED) == []
    assert await stage.gateway.deletion.retry(request) == 1
    done = await until_state(stage, request, "done")
    assert [one.state for one in done.receipts] == ["done", "no_hook"]
    assert in_files(stage, PLANTED, ANN) == []


async def test_asking_twice_is_one_deletion_and_asking_later_another(stage):
    await said(stage)
    deletion = stage.gateway.deletion
    first, second = await asyncio.gather(deletion.request([WHO], "operator"), deletion.request([WHO], "operator"))
    assert first == second
    await until_state(stage, first, "done")
    third = await deletion.request([WHO], "operator")
    assert third != first
    assert (await until_state(stage, third, "done")).removed["events"] == 0


async def test_asking_again_while_one_is_at_work_reaches_what_came_since(tmp_path):
    store = Store(tmp_path)
    await store.start()

    def asked(id_: str) -> Asked:
        subject = Subject(place=0, object=WHO.object, account=WHO.account, hash=store.keyed.of(WHO), who=WHO)
        return Asked(id=id_, ground="operator", requested=1, upto=-1, erased=False, subjects=(subject,))

    async def ask(id_: str) -> str:
        return await store.run(lambda db: requests.ask(db, asked(id_)))

    assert (await ask("d-1"), await ask("d-2")) == ("d-1", "d-1")
    await store.run(lambda db: requests.place_at(db, "d-1", 7))
    assert await ask("d-3") == "d-3"
    await store.aclose()


async def test_a_deletion_that_stumbles_keeps_no_other_one_waiting(stage, caplog):
    broken = "insert into deletion values (null, 'd-broken', 'operator', 1, 0, 'asked', 'no JSON', 0, 'person_deleted')"
    await stage.gateway.people.run(lambda db: db.execute(broken))
    await said(stage)
    request = await stage.gateway.deletion.request([WHO], "operator")
    await until_state(stage, request, "done")
    assert in_files(stage, PLANTED) == []
    assert "d-broken stumbled" in caplog.text
    await stage.gateway.people.run(lambda db: db.execute("delete from deletion where id = 'd-broken'"))


@pytest.mark.parametrize("file", ["journal", "people"])
async def test_a_deletion_is_not_done_while_a_reader_keeps_words_in_a_file(tmp_path, monkeypatch, file):
    for module in (scrubbing, people_store):
        monkeypatch.setattr(module, "_TRIES", 2)
    found = plugins(keeper=Keeper, mute=Mute)
    async with staged(tmp_path, found, deletion=QUICK) as stage:
        await said(stage)
        reader = apsw.Connection(str(tmp_path / "data" / f"{file}.db"), flags=apsw.SQLITE_OPEN_READONLY)
        reader.execute("begin; select count(*) from sqlite_schema").fetchall()
        tried = _tries(monkeypatch, stage.gateway.journal if file == "journal" else stage.gateway.people)
        request = await stage.gateway.deletion.request([WHO], "operator")
        await stage.until(lambda: len(tried) >= 2, 60)
        assert not any(tried)
        assert (await stage.gateway.deletion.status(request)).state != "done"
    async with staged(tmp_path, found, deletion=QUICK) as stage:
        assert (await stage.gateway.deletion.status(request)).state != "done"
        reader.close()
        await until_state(stage, request, "done")
        assert in_files(stage, PLANTED, ANN) == []


async def test_a_stranger_is_forgotten_too_and_the_proof_says_nothing_was_there(stage):
    request = await stage.gateway.deletion.request([ScopedId("app", making.APP_ID, "7300000000000001")], "operator")
    proof = await until_state(stage, request, "done")
    assert set(proof.removed.values()) == {0}
    assert {one.state for one in proof.receipts} == {"not_enabled", "no_hook"}


@pytest.mark.parametrize(("subjects", "ground"), [([], "operator"), ([WHO], "Because"), ([WHO], "")])
async def test_a_request_that_says_nothing_is_refused(stage, subjects, ground):
    with pytest.raises(ValueError, match="at least one subject"):
        await stage.gateway.deletion.request(subjects, ground)


async def test_the_conversation_begins_anew(stage):
    await said(stage)
    request = await stage.gateway.deletion.request([WHO], "operator")
    await until_state(stage, request, "done")
    assert (await stage.gateway.journal.conversation(Conversation(*WHO))).last_inbound is None
