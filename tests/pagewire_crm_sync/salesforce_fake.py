"""A Salesforce org that remembers: contacts by external id, OAuth, duplicate rules, a pool of calls, and trouble on demand.

Salesforce publishes no specification to check against; requests and answers follow its REST API Developer Guide, and
Salesforce's own CumulusCI has to work with them (`test_salesforce_cumulusci.py`).
"""

import base64
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from tests.pagewire_crm_sync.crm_server import Answer, Request, serving

SECRET = "not-a-real-consumer-secret"
CLIENT = "3MVG9.not.a.real.key"
DATA = "/services/data/v66.0"
UPSERT = f"{DATA}/composite/sobjects/Contact/PagewireId__c"
TASKS = f"{DATA}/composite/sobjects/Task/PagewireEvent__c"
DESCRIBE = f"{DATA}/sobjects/Contact/describe"
TASK_FIELDS = {"PagewireEvent__c", "WhoId", "Subject", "Description", "Status", "ActivityDate"}


class Attributes(msgspec.Struct, frozen=True):
    """The map that every record of a collection must have."""

    type: str


class Upsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The body of a collections upsert."""

    records: list[dict[str, Any]]
    all_or_none: bool = False


@dataclass
class Trouble:
    """What goes wrong with one request: an answer in its place, or lost after the work is done, or some records refused."""

    answer: Answer | None = None
    lost: bool = False
    refuse: Callable[[int], str | None] = lambda _: None


@dataclass
class Org:
    """What a test sees of it."""

    now: Callable[[], float]
    fields: set[str] = field(default_factory=lambda: {"PagewireId__c", "FirstName", "LastName", "Last__c"})
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    token: str = ""
    signed_in: int = 0
    used: int = 0
    pool: int = 15_000
    duplicate_names: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    times: deque[float] = field(default_factory=deque)
    busiest: int = 0
    trouble: Callable[[Request], Trouble] = lambda _: Trouble()
    on_request: Callable[[], None] = lambda: None
    created: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def by_name(self) -> dict[str, dict[str, Any]]:
        """Contacts by their external id."""
        found = {each.get("PagewireId__c"): each for each in self.contacts.values()}
        assert len(found) == len(self.contacts)
        return found

    def answer(self, request: Request) -> Answer:
        """Answer as Salesforce would."""
        self.requests.append(request)
        self.on_request()
        self._count()
        if request.path == "/services/oauth2/token":
            return self._sign_in(request)
        if request.path in {DESCRIBE, DESCRIBE.replace("Contact", "Task")}:
            return self._describe()
        trouble = self.trouble(request)
        if trouble.answer is not None:
            return trouble.answer
        if request.headers.get("authorization") != f"Bearer {self.token}" or not self.token:
            return error(401, "INVALID_SESSION_ID")
        self.used += 1
        if self.used > self.pool:
            return error(403, "REQUEST_LIMIT_EXCEEDED")
        found = self._work(request, trouble)
        return Answer(0, cut=True) if trouble.lost else found

    def _count(self) -> None:
        now = self.now()
        while self.times and self.times[0] <= now - 10:
            self.times.popleft()
        self.times.append(now)
        self.busiest = max(self.busiest, len(self.times))

    def _sign_in(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        wanted = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
        if form | _basic(request) != wanted:
            return Answer(400, b'{"error":"invalid_client","error_description":"invalid client credentials"}')
        self.signed_in += 1
        self.token = f"00D-session-{self.signed_in}"
        told = {"access_token": self.token, "token_type": "Bearer", "instance_url": self.url, "scope": "api"}
        who = {"id": f"{self.url}/id/00D000000000001AAA/005000000000001AAA", "issued_at": "1790000000000"}
        return Answer(200, msgspec.json.encode({**told, **who, "signature": "c2lnbmF0dXJl"}))

    def _describe(self) -> Answer:
        """The fields of both objects; only their names and types."""
        types = [{"name": name, "type": "string"} for name in sorted({"Id", *self.fields, *TASK_FIELDS})]
        return Answer(200, msgspec.json.encode({"fields": types}))

    def _work(self, request: Request, trouble: Trouble) -> Answer:
        path = urlsplit(request.path)
        if request.method == "PATCH" and path.path == UPSERT:
            return self._upsert(request, trouble)
        if request.method == "PATCH" and path.path == TASKS:
            return self._upsert_tasks(request, trouble)
        if request.method == "PATCH" and path.path == f"{DATA}/composite/sobjects":
            return self._update(request)
        if request.method == "GET" and path.path.removesuffix("/") == f"{DATA}/query":
            return self._query(parse_qs(path.query)["q"][0])
        if request.method == "DELETE":
            object_, id_ = path.path.removeprefix(f"{DATA}/sobjects/").split("/")
            gone = {"Contact": self.contacts, "Task": self.tasks}[object_].pop(id_, None)
            return Answer(204) if gone else error(404, "ENTITY_IS_DELETED")
        return error(404, "NOT_FOUND")

    def _upsert(self, request: Request, trouble: Trouble) -> Answer:
        asked = _asked(request, "PagewireId__c")
        saves = request.headers.get("sforce-duplicate-rule-header") == "allowSave=true"
        results = [self._one(each, trouble.refuse(number), saves=saves) for number, each in enumerate(asked.records)]
        return self._told(results)

    def _upsert_tasks(self, request: Request, trouble: Trouble) -> Answer:
        asked = _asked(request, "PagewireEvent__c")
        return self._told([self._task(each, trouble.refuse(number)) for number, each in enumerate(asked.records)])

    def _task(self, record: dict[str, Any], refused: str | None) -> dict[str, Any]:
        values = {name: value for name, value in record.items() if name != "attributes"}
        assert values.keys() <= TASK_FIELDS
        if refused is None and values["WhoId"] not in self.contacts:
            refused = "INVALID_CROSS_REFERENCE_KEY"
        if refused:
            return _refused(refused)
        named = values["PagewireEvent__c"]
        there = next((id_ for id_, held in self.tasks.items() if held["PagewireEvent__c"] == named), None)
        id_ = there or f"00T{len(self.tasks):012}AAA"
        self.tasks[id_] = values
        return {"id": id_, "success": True, "errors": [], "created": there is None}

    def _update(self, request: Request) -> Answer:
        results = []
        for each in msgspec.json.decode(request.body, type=Upsert).records:
            id_ = each.get("id") or each["Id"]  # as case does not count in names of fields
            self.contacts[id_] |= {to: value for to, value in each.items() if to.lower() not in {"attributes", "id"}}
            results.append({"id": id_, "success": True, "errors": []})
        return self._told(results)

    def _told(self, results: list[dict[str, Any]]) -> Answer:
        return Answer(200, msgspec.json.encode(results), {"sforce-limit-info": f"api-usage={self.used}/{self.pool}"})

    def _one(self, record: dict[str, Any], refused: str | None, *, saves: bool) -> dict[str, Any]:
        values = {name: value for name, value in record.items() if name != "attributes"}
        there = next(
            (id_ for id_, held in self.contacts.items() if held.get("PagewireId__c") == values["PagewireId__c"]), None
        )
        if values.keys() - self.fields:
            refused = "INVALID_FIELD"
        elif there is None and not values.get("LastName"):
            refused = "REQUIRED_FIELD_MISSING"
        elif values.get("FirstName") in self.duplicate_names and not saves:
            refused = "DUPLICATES_DETECTED"
        if refused:
            return _refused(refused)
        id_ = there or f"003{self.created:012}AAA"
        self.created += there is None
        self.contacts[id_] = {**self.contacts.get(id_, {}), **values}
        return {"id": id_, "success": True, "errors": [], "created": there is None}

    def _query(self, soql: str) -> Answer:
        if tasks := re.fullmatch(r"SELECT Id FROM Task WHERE PagewireEvent__c != null AND WhoId IN \((.+)\)", soql):
            return _rows(
                "Task", [{"Id": id_} for id_, held in self.tasks.items() if held["WhoId"] in _listed(tasks[1])]
            )
        found = re.fullmatch(r"SELECT (.+) FROM Contact WHERE (\w+) IN \((.+)\)", soql)
        assert found
        fields, wanted = found[1].split(", "), _listed(found[3])
        if {*fields, found[2]} - self.fields - {"Id"}:
            return error(400, "INVALID_FIELD")
        records = [
            {name: {"Id": id_, **held}.get(name) for name in fields}
            for id_, held in self.contacts.items()
            if str(held.get(found[2])).lower() in {each.lower() for each in wanted}  # SOQL compares text without case
        ]
        return _rows("Contact", records)


def _asked(request: Request, unique: str) -> Upsert:
    asked = msgspec.json.decode(request.body, type=Upsert)
    names = [each[unique] for each in asked.records]
    assert len(names) <= 200
    assert len(set(names)) == len(names)
    assert not asked.all_or_none
    for each in asked.records:
        msgspec.convert(each["attributes"], Attributes)
    return asked


def _refused(code: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": "why", "fields": []}]}


def _basic(request: Request) -> dict[str, str]:
    """Client and secret out of the header, which RFC 6749 (2.3.1) has beside the form."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    client, _, secret = base64.b64decode(given).decode().partition(":")
    return {"client_id": client, "client_secret": secret}


def _listed(names: str) -> set[str]:
    return {each[1:-1] for each in names.split(", ")}


def _rows(type_: str, rows: list[dict[str, Any]]) -> Answer:
    records = [
        {"attributes": {"type": type_, "url": f"{DATA}/sobjects/{type_}/{row.get('Id')}"}, **row} for row in rows
    ]
    return Answer(200, msgspec.json.encode({"totalSize": len(records), "done": True, "records": records}))


@asynccontextmanager
async def running(now: Callable[[], float]) -> AsyncIterator[Org]:
    """An org on a free port, gone with the block."""
    org = Org(now)
    async with serving(org.answer) as org.port:
        yield org


def error(status: int, code: str) -> Answer:
    """A whole request is refused."""
    return Answer(status, msgspec.json.encode([{"message": "what went wrong", "errorCode": code}]))
