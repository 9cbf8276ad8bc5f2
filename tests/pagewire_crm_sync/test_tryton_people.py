"""Matching, the timeline, merges and deletion in a real Tryton, for a user who is no administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from pagewire import TryLater
from pagewire.context import Person
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.identity import recall
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.crm_server import Answer, Request, serving
from tests.pagewire_crm_sync.kept import Kept, kept_in
from tests.pagewire_crm_sync.test_tryton import NAME, WHO
from tests.pagewire_crm_sync.tryton_server import PASSWORD, USER, Server, running
from tests.pagewire_crm_sync.world import ANNA, BEN, PAGE, HookContext, message

EMAIL, PHONE = "anna_bell@mail.example", "+351911222333"
FIELDS = [
    {"to": "name", "from": "profile.firstName", "keep": True},
    {"to": "email", "from": "email.value"},
    {"to": "mobile", "from": "phone.value", "keep": True},
]
pytestmark = [pytest.mark.slow(30), pytest.mark.timeout(300)]


class Desk:
    """A plugin at work at a Tryton, and what it keeps."""

    def __init__(self, server: Server, url: str, kept: Kept) -> None:
        self.server, self.kept = server, kept
        self.config = configured(url)
        self.plugin = started()

    def context(self, person: str = ANNA) -> HookContext:
        return HookContext(self.config, person=Person(id=person, first_name="Anna"), store=self.kept.of(person))

    async def happens(self, what: Any, person: str = ANNA) -> None:
        """As the gateway calls an event's hooks."""
        context = self.context(person)
        await self.plugin.event_received(what, context)
        await self.plugin.message_received(what, context)

    async def restart(self) -> None:
        await self.plugin.plugin_stopped()
        self.plugin = started()


def configured(url: str) -> Config:
    tryton = {"apiUrl": url, "database": "crm", "user": USER, "fields": FIELDS, "match": ["email", "phone"]}
    raw = {
        "tryton": tryton,
        "tokenEnv": "PAGEWIRE_CRM_TOKEN",
        "interval": "0s",
        "timeout": "60s",
        "timeline": ["message"],
        "include": {"profile": True, "addresses": True},
    }
    return msgspec.convert(raw, Config)


def started() -> CrmSync:
    return CrmSync(secrets=Secrets({"PAGEWIRE_CRM_TOKEN": PASSWORD}))


def shared(what: str, after: float, person: str = ANNA) -> Any:
    return message(person, after, text=what, quick_reply={"payload": what})


@asynccontextmanager
async def losing(url: str, lost: list[bytes]) -> AsyncIterator[str]:
    """In front of Tryton: of requests with one of these words in them the first is done, and its answer lost."""

    def answered(request: Request) -> Answer:
        kept = {name: each for name, each in request.headers.items() if name in {"authorization", "content-type"}}
        told = httpx.post(url + request.path, content=request.body, headers=kept, trust_env=False, timeout=60)
        if word := next((each for each in lost if each in request.body), None):
            lost.remove(word)
            return Answer(0, cut=True)
        return Answer(told.status_code, told.content)

    async with serving(answered) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(tmp_path) as server, kept_in(tmp_path) as kept:
        found = Desk(server, server.url, kept)
        yield found
        await found.plugin.plugin_stopped()


async def test_parties_that_are_there_become_the_peoples_who_shared_their_addresses(desk: Desk) -> None:
    """However the address is spelled there; `_` in it stands for itself."""
    await desk.server.party("C-0", "Other", ("email", "annaXbell@mail.example"))
    first = await desk.server.party("C-1", "Anna B.", ("email", "Anna_Bell@mail.example"))
    second = await desk.server.party("C-2", "Ben", ("phone", "+351 911 222 333"))
    told = await desk.plugin.explain_event(shared(EMAIL, 1), desk.context())
    assert told == (f"adopt {NAME}",)
    await desk.happens(shared(EMAIL, 1))
    await desk.happens(shared(PHONE, 1, BEN), BEN)
    assert desk.server.parties() == {"C-0": "Other", "C-1": "Anna B.", "C-2": "Ben"}
    known = [await recall(desk.kept.of(person), "tryton") for person in (ANNA, BEN)]
    assert [(each.id, each.matched) for each in known] == [(str(first), "email"), (str(second), "phone")]
    await desk.restart()
    await desk.happens(shared(PHONE, 2))
    assert await mechanisms(desk.server, first) == [("email", "Anna_Bell@mail.example"), ("mobile", "+351 911 222 333")]
    assert desk.server.parties() == {"C-0": "Other", "C-1": "Anna B.", "C-2": "Ben"}


async def test_an_address_of_two_parties_or_of_somebody_else_is_no_match_and_none_is_overwritten(desk: Desk) -> None:
    for code in ("C-1", "C-2"):
        await desk.server.party(code, "Bell", ("mobile", PHONE))
    told = await desk.plugin.explain_event(shared(PHONE, 1), desk.context())
    assert told == (f"create {NAME}", "  name: nothing -> 'Anna'", f"  mobile: nothing -> '{PHONE}'")
    await desk.happens(shared(PHONE, 1))
    await desk.happens(shared(PHONE, 1, BEN), BEN)
    ben = NAME.replace(ANNA, BEN)
    assert desk.server.parties() == {"C-1": "Bell", "C-2": "Bell", NAME: "Anna", ben: "Anna"}
    ours = int((await recall(desk.kept.of(ANNA), "tryton")).id)
    await desk.happens(shared("+351911222444", 2))
    await desk.happens(shared(EMAIL, 3))
    await desk.happens(shared("anna@work.example", 4))
    assert await mechanisms(desk.server, ours) == [
        ("email", "anna@work.example"),
        ("email", EMAIL),
        ("mobile", "+351 911 222 333"),
    ]


async def test_an_event_is_one_note_whatever_is_repeated_lost_or_comes_late(desk: Desk) -> None:
    said = message(ANNA, 1, text="Is it blue?", quick_reply={"payload": "COLOR"})
    async with losing(desk.server.url, [b"ir.note.create", b"party.party.create"]) as url:
        desk.config = configured(url)
        for _ in range(2):
            with pytest.raises(TryLater):
                await desk.happens(said)
            await desk.restart()
        await desk.happens(said)
        await desk.happens(message(ANNA, 2))
        party = int((await recall(desk.kept.of(ANNA), "tryton")).id)
        first, second = await desk.server.notes(party)
        assert first.splitlines()[0] == "Messenger: message by the person"
        assert first.endswith(f"\n\nPagewire event {said.id}")
        assert ("quickReplyPayload: COLOR" in first, "blue" in first) == (True, False)
        await desk.server.call("model.ir.note.create", [{"resource": f"party.party,{party}", "message": first}])
        await desk.restart()
        await desk.happens(said)
        assert await desk.server.notes(party) == [first, second]


async def test_what_follows_a_merge_goes_to_the_party_that_stayed_and_all_goes_with_the_person(desk: Desk) -> None:
    await desk.happens(message(ANNA, 1))
    first = int((await recall(desk.kept.of(ANNA), "tryton")).id)
    stayed = await desk.server.party("C-1", "Anna")
    await desk.server.merge(first, stayed)
    older = await desk.server.party("C-0", "Anna")
    await desk.server.merge(older, stayed)
    await desk.happens(message(ANNA, 2))
    assert (await recall(desk.kept.of(ANNA), "tryton")).records == (str(first), str(stayed))
    assert (len(await desk.server.notes(first)), len(await desk.server.notes(stayed))) == (1, 1)
    receipt = await desk.plugin.person_deleted(WHO, desk.context())
    assert receipt.startswith("tryton delete of 5, none left")
    assert desk.server.parties() == {}
    assert await desk.server.notes(first, stayed) == []


async def test_a_party_that_people_deleted_gets_no_note_until_it_is_made_anew(desk: Desk) -> None:
    await desk.happens(message(ANNA, 1))
    gone = int((await recall(desk.kept.of(ANNA), "tryton")).id)
    await desk.server.call("model.party.party.delete", [gone])
    with pytest.raises(TryLater, match="no such party"):
        await desk.plugin.message_received(message(ANNA, 2), desk.context())
    await desk.happens(message(ANNA, 3))
    assert PAGE in next(iter(desk.server.parties()))
    assert len(await desk.server.notes(gone + 1)) == 1


async def mechanisms(server: Server, party: int) -> list[tuple[str, str]]:
    """Types and values, in order."""
    found = await server.call(
        "model.party.contact_mechanism.search_read", [["party", "=", party]], 0, None, None, ["type", "value"]
    )
    return sorted((each["type"], each["value"]) for each in found)
