"""Salesforce's own CumulusCI, and simple-salesforce beneath it, as the judges of what is said on both sides.

Salesforce publishes no specification, but CumulusCI is Salesforce's and loads data into orgs by the same collections. Whatever
the plugin asked is asked again by it: it has to make the same request of it. And it has to read every answer of our org.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from tests.apart import environment
from tests.pagewire_crm_sync.crm_server import Answer, Request
from tests.pagewire_crm_sync.kept import kept_in
from tests.pagewire_crm_sync.salesforce_fake import CLIENT, DATA, SECRET, Org, Trouble, running
from tests.pagewire_crm_sync.test_salesforce import FIELDS, WHO, Desk, configured
from tests.pagewire_crm_sync.test_salesforce_timeline import EMAIL, happens, shared
from tests.pagewire_crm_sync.world import ANNA, ManualClock, message

PINS = ("cumulusci==4.10.1", "simple-salesforce==1.12.10")
DRIVING = Path(__file__).with_name("cumulusci_driving.py")

pytestmark = [pytest.mark.slow(5), pytest.mark.timeout(300)]  # the first run on a machine installs it


async def driven(org: Org, *steps: dict[str, Any], secret: str = SECRET) -> dict[str, Any]:
    """What CumulusCI made of these steps."""
    folder = await asyncio.to_thread(environment, "cumulusci", PINS, lambda _: None)
    told = {"url": org.url, "client": CLIENT, "secret": secret, "version": DATA.rpartition("/v")[2], "steps": steps}
    process = await asyncio.create_subprocess_exec(
        folder / "venv/bin/python", DRIVING, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(msgspec.json.encode(told))
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as org, kept_in(tmp_path) as kept:
        org.fields |= {"Email"}
        found = Desk(org, kept, clock)
        also = {"timeline": ["message"], "include": {"profile": True, "addresses": True}}
        fields = [*FIELDS, {"to": "Email", "from": "email.value"}]
        found.config = configured(org, also, match=["email"], fields=fields)
        yield found
        await found.plugin.plugin_stopped()


def step_of(request: Request) -> dict[str, Any]:
    """A request of the plugin as a step of CumulusCI."""
    path = urlsplit(request.path)
    if request.method == "GET":
        return {"do": "query", "soql": parse_qs(path.query)["q"][0]}
    if request.method == "DELETE":
        object_, id_ = path.path.split("/")[-2:]
        return {"do": "delete", "object": object_, "id": id_}
    records = msgspec.json.decode(request.body)["records"]
    if path.path.endswith("/composite/sobjects"):
        capital = [{"Id" if name == "id" else name: value for name, value in each.items()} for each in records]
        return {"do": "update", "object": records[0]["attributes"]["type"], "records": capital}
    object_, unique = path.path.split("/")[-2:]
    return {"do": "upsert", "object": object_, "unique": unique, "records": records}


def shown(request: Request) -> tuple[str, str, Any, Any]:
    """A request without what does not count: a slash at the end, how the query is written, the case of ``id``."""
    path = urlsplit(request.path)
    body = request.body.replace(b'"Id":', b'"id":')
    return request.method, path.path.removesuffix("/"), parse_qs(path.query), msgspec.json.decode(body) if body else {}


def of_data(requests: list[Request]) -> list[Request]:
    """Those that are no sign-in, and no question after the fields of an object."""
    return [each for each in requests if each.path.startswith(DATA) and not each.path.endswith("/describe")]


async def test_cumulusci_makes_the_same_requests(desk: Desk) -> None:
    desk.org.contacts["0030"] = {"Email": EMAIL, "LastName": "Bell"}
    await happens(desk, shared(EMAIL))
    await happens(desk, message(ANNA, 5))
    await desk.plugin.person_deleted(WHO, desk.context)
    asked = of_data(desk.org.requests)
    assert {step_of(each)["do"] for each in asked} == {"query", "update", "upsert", "delete"}
    desk.org.requests.clear()
    desk.org.trouble = lambda _: Trouble(answer=Answer(423, b"[]"))  # nothing is done twice
    await driven(desk.org, *map(step_of, asked))
    assert [shown(each) for each in of_data(desk.org.requests)] == [shown(each) for each in asked]


def person(name: str, **more: str) -> dict[str, str]:
    return {"PagewireId__c": name, "FirstName": "Anna", "LastName": "Bell", **more}


UPSERT = {"do": "upsert", "object": "Contact", "unique": "PagewireId__c"}


async def test_cumulusci_takes_every_answer_of_our_org(desk: Desk) -> None:
    both = {**UPSERT, "records": [person("a"), person("b")]}
    soql = "SELECT Id, LastName FROM Contact WHERE PagewireId__c IN ('a')"
    made, again, found = (await driven(desk.org, both, both, {"do": "query", "soql": soql}))["steps"]
    ids = [*desk.org.contacts]
    assert made == [[id_, True, "", True] for id_ in ids]
    assert again == [[id_, True, "", False] for id_ in ids]
    assert [(each["Id"], each["LastName"]) for each in found] == [(ids[0], "Bell")]
    update = {"do": "update", "object": "Contact", "records": [{"Id": ids[0], "LastName": "Clay"}]}
    gone = {"do": "delete", "object": "Contact", "id": ids[0]}
    told = await driven(desk.org, update, gone, gone)
    assert told["steps"][:2] == [[[ids[0], True, "", False]], 204]
    assert (told["steps"][2]["raised"], told["steps"][2]["said"][0]["errorCode"]) == (
        "SalesforceResourceNotFound",
        "ENTITY_IS_DELETED",
    )
    assert (await driven(desk.org, {**UPSERT, "records": [person("c")]}))["usage"] == [desk.org.used, desk.org.pool]


async def test_cumulusci_takes_an_answer_in_part(desk: Desk) -> None:
    desk.org.duplicate_names.add("Twin")
    desk.org.trouble = lambda _: Trouble(refuse=lambda number: "DUPLICATE_VALUE" if number == 0 else None)
    records = [person("a"), person("b", FirstName="Twin"), person("c")]
    (results,) = (await driven(desk.org, {**UPSERT, "records": records}))["steps"]
    assert [(success, error.partition(":")[0], created) for _, success, error, created in results] == [
        (False, "DUPLICATE_VALUE", None),
        (False, "DUPLICATES_DETECTED", None),
        (True, "", True),
    ]


async def test_sessions_and_limits_are_what_the_client_knows(desk: Desk) -> None:
    assert await driven(desk.org, secret="another") == {"raised": "SalesforceAuthenticationFailed"}
    ended = iter([Trouble(answer=Answer(401, b'[{"errorCode":"INVALID_SESSION_ID","message":"Session expired"}]'))])
    desk.org.trouble = lambda _: next(ended, Trouble())
    (results,) = (await driven(desk.org, {**UPSERT, "records": [person("a")]}))["steps"]
    assert (results[0][1], desk.org.signed_in) == (True, 2)
    desk.org.pool = desk.org.used
    (refused,) = (await driven(desk.org, {**UPSERT, "records": [person("a")]}))["steps"]
    assert (refused["raised"], refused["said"][0]["errorCode"]) == (
        "SalesforceRefusedRequest",
        "REQUEST_LIMIT_EXCEEDED",
    )
