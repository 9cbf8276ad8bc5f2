"""A HubSpot portal that remembers: contacts, unique properties, limits, and whatever trouble a test wants of it."""

import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from tests.pagewire_crm_sync import hubspot_facts as facts
from tests.pagewire_crm_sync.crm_server import Answer, Request, serving

TOKEN = "pat-eu1-not-a-real-token"
VERSION = "2026-09"
CONTACTS = f"/crm/objects/{VERSION}/contacts/"
NOTES = f"/crm/objects/{VERSION}/notes/"
NOTE_PROPERTIES = {"pagewire_event", "hs_timestamp", "hs_note_body"}
OF_NOTE_TO_CONTACT = 202
"""The type of the tie from a note to a contact. Source: HubSpot, associations guide."""


@dataclass
class Trouble:
    """What goes wrong with one request: an answer in its place, or lost after the work is done, or some inputs refused."""

    answer: Answer | None = None
    lost: bool = False
    refuse: Callable[[int], str | None] = lambda _: None


@dataclass
class Portal:
    """What a test sees of it."""

    now: Callable[[], float]
    properties: set[str] = field(default_factory=lambda: {"pagewire_id", "firstname", "lastname", "pagewire_last"})
    most: int = 190
    daily: int = 650_000
    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)
    searches: deque[float] = field(default_factory=deque)
    merged: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    times: deque[float] = field(default_factory=deque)
    busiest: int = 0
    trouble: Callable[[Request], Trouble] = lambda _: Trouble()
    on_request: Callable[[], None] = lambda: None
    nulls: bool = False
    created: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def by_name(self, id_property: str = "pagewire_id") -> dict[str, dict[str, str]]:
        """Contacts by the value of their unique property."""
        found = {each[id_property]: each for each in self.contacts.values()}
        assert len(found) == len(self.contacts)
        return found

    def by_name_of_ours(self) -> dict[str, dict[str, str]]:
        """Likewise, beside contacts that somebody else made."""
        return {each["pagewire_id"]: each for each in self.contacts.values() if "pagewire_id" in each}

    def of(self, what: str) -> list[dict[str, Any]]:
        """Bodies of the requests to one method."""
        return [msgspec.json.decode(each.body) for each in self.requests if each.path == CONTACTS + what]

    def notes_of(self, contact: str) -> list[dict[str, str]]:
        """The notes on a contact's timeline, in the order in which they were written."""
        return [self.notes[note] for note, to in self.tied.items() if to == contact]

    def merge(self, loser: str, winner: str) -> None:
        """Somebody at the portal merges two contacts: the winner keeps its id, and answers to both."""
        lost = self.contacts.pop(loser)
        self.contacts[winner] = {**self.contacts[winner], **lost}
        self.merged[loser] = winner

    def answer(self, request: Request) -> Answer:
        """Answer as HubSpot would."""
        self.requests.append(request)
        self.on_request()
        if (refused := self._counted()) is not None:
            return refused
        trouble = self.trouble(request)
        if trouble.answer is not None:
            return trouble.answer
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return error(401, "INVALID_AUTHENTICATION")
        found = self._work(request, trouble)
        return Answer(0, cut=True) if trouble.lost else found

    def _counted(self) -> Answer | None:
        self.daily -= 1
        now = self.now()
        while self.times and self.times[0] <= now - 10:
            self.times.popleft()
        self.times.append(now)
        self.busiest = max(self.busiest, len(self.times))
        if self.daily < 0:
            return error(429, "RATE_LIMITS", policyName="DAILY")
        return error(429, "RATE_LIMITS", policyName="TEN_SECONDLY_ROLLING") if len(self.times) > self.most else None

    def _work(self, request: Request, trouble: Trouble) -> Answer:
        work: dict[str, tuple[type, Callable[..., Answer]]] = {
            "contacts/batch/upsert": (facts.UpsertInputs, partial(self._upsert, self.contacts, self.properties)),
            "contacts/batch/update": (facts.UpdateInputs, self._update),
            "contacts/batch/read": (facts.ReadInputs, self._read),
            "contacts/search": (facts.Search, self._search),
            "contacts/gdpr-delete": (facts.GdprDelete, self._delete),
            "notes/batch/upsert": (facts.UpsertInputs, partial(self._upsert, self.notes, NOTE_PROPERTIES)),
            "notes/contacts/batch/associate/default": (facts.Ties, self._tie),
        }
        kind, method = work[request.path.removeprefix("/crm/").split("/", 2)[2]]
        try:
            asked = msgspec.json.decode(request.body, type=kind)
        except msgspec.ValidationError as wrong:
            return error(400, "VALIDATION_ERROR", message=str(wrong))
        return method(asked, trouble)

    def _upsert(
        self, kept: dict[str, dict[str, str]], properties: set[str], asked: facts.UpsertInputs, trouble: Trouble
    ) -> Answer:
        names = [each.id for each in asked.inputs]
        if len(set(names)) < len(names):
            return error(400, "VALIDATION_ERROR", message="Duplicate IDs found in batch input")
        unknown = {name for each in asked.inputs for name in (*each.properties, str(each.id_property))} - properties
        if unknown:
            details = [
                {"message": f"Property {name} does not exist", "code": "PROPERTY_DOESNT_EXIST"} for name in unknown
            ]
            return error(400, "VALIDATION_ERROR", errors=details)
        refused = {number: why for number in range(len(names)) if (why := trouble.refuse(number))}
        refused |= {number: "CONFLICT" for number, each in enumerate(asked.inputs) if self._is_others_email(each)}
        results = [self._one(kept, each) for number, each in enumerate(asked.inputs) if number not in refused]
        if not refused:
            return Answer(200, facts.checked(facts.UpsertBatch, _batch(results)), self._headers())
        errors = [_of_input(asked.inputs[number], why) for number, why in refused.items()]
        body = {**_batch(results), "numErrors": len(errors), "errors": errors}
        return Answer(207, facts.checked(facts.UpsertBatch, body), self._headers())

    def _is_others_email(self, asked: facts.UpsertInput) -> bool:
        """E-mail addresses of contacts are unique."""
        email = asked.properties.get("email")
        owners = [held for held in self.contacts.values() if email and held.get("email") == email]
        return any(held.get(str(asked.id_property)) != asked.id for held in owners)

    def _update(self, asked: facts.UpdateInputs, _: Trouble) -> Answer:
        for each in asked.inputs:
            self.contacts[each.id] |= each.properties
        results = [_record(each.id, self.contacts[each.id]) for each in asked.inputs]
        return Answer(200, facts.checked(facts.ReadBatch, _batch(results)), self._headers())

    def _shown(self, held: dict[str, str], properties: Sequence[str]) -> dict[str, str | None]:
        """By the specification a property has a text, or is left out; that it is null has been seen as well."""
        return {name: held.get(name) for name in properties if name in held or self.nulls}

    def _search(self, asked: facts.Search, _: Trouble) -> Answer:
        self.searches.append(self.now())
        if sum(at > self.now() - 1 for at in self.searches) > 5:
            return error(429, "RATE_LIMITS", policyName="SECONDLY")
        ((wanted,),) = (group.filters for group in asked.filter_groups)
        found = [
            _record(id_, self._shown(held, asked.properties))
            for id_, held in self.contacts.items()
            if held.get(wanted.property_name) in wanted.values
        ]
        return Answer(200, facts.checked(facts.Hits, {"total": len(found), "results": found}), self._headers())

    def _tie(self, asked: facts.Ties, _: Trouble) -> Answer:
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": OF_NOTE_TO_CONTACT}
        results = []
        for each in asked.inputs:
            assert each.from_.id in self.notes
            assert each.to.id in {*self.contacts, *self.merged}
            self.tied[each.from_.id] = self.merged.get(each.to.id, each.to.id)
            results.append({"associationSpec": spec, "from": {"id": each.from_.id}, "to": {"id": each.to.id}})
        return Answer(200, facts.checked(facts.TiedBatch, _batch(results)), self._headers())

    def _one(self, kept: dict[str, dict[str, str]], asked: facts.UpsertInput) -> dict[str, Any]:
        unique = str(asked.id_property)
        there = next((id_ for id_, held in kept.items() if held.get(unique) == asked.id), None)
        id_ = there or str(500 + self.created if kept is self.contacts else 90_000 + len(kept))
        self.created += there is None and kept is self.contacts
        kept[id_] = {**kept.get(id_, {unique: asked.id}), **asked.properties}
        return {
            **_record(id_, kept[id_]),
            "new": there is None,
            "objectWriteTraceId": asked.object_write_trace_id,
        }

    def _read(self, asked: facts.ReadInputs, _: Trouble) -> Answer:
        wanted = {each.id for each in asked.inputs}
        found = [
            _record(id_, self._shown(held, asked.properties))
            for id_, held in self.contacts.items()
            if held.get(str(asked.id_property)) in wanted
        ]
        missing = sorted(wanted - {held.get(str(asked.id_property)) for held in self.contacts.values()})
        if not missing:
            return Answer(200, facts.checked(facts.ReadBatch, _batch(found)), self._headers())
        errors = [_error("OBJECT_NOT_FOUND", {"ids": missing})]
        body = {**_batch(found), "numErrors": 1, "errors": errors}
        return Answer(207, facts.checked(facts.ReadBatch, body), self._headers())

    def _delete(self, asked: facts.GdprDelete, _: Trouble) -> Answer:
        id_ = self.merged.get(asked.object_id, asked.object_id)
        if self.contacts.pop(id_, None) is None and asked.object_id not in self.merged:
            return error(404, "OBJECT_NOT_FOUND")
        for note in [note for note, to in self.tied.items() if to == id_]:
            del self.notes[note], self.tied[note]
        self.deleted.append(asked.object_id)
        return Answer(204)

    def _headers(self) -> dict[str, str]:
        return {"x-hubspot-ratelimit-daily-remaining": str(max(self.daily, 0))}


@asynccontextmanager
async def running(now: Callable[[], float]) -> AsyncIterator[Portal]:
    """A portal on a free port, gone with the block."""
    portal = Portal(now)
    async with serving(portal.answer) as portal.port:
        yield portal


def error(status: int, category: str, message: str = "what went wrong", **more: Any) -> Answer:
    """A whole request is refused."""
    body = {"category": category, "correlationId": str(uuid.uuid4()), "message": message, "status": "error", **more}
    return Answer(status, facts.checked(facts.Error, body))


def _batch(results: list[dict[str, Any]]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"completedAt": now, "startedAt": now, "status": "COMPLETE", "results": results}


def _record(id_: str, properties: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"archived": False, "createdAt": now, "updatedAt": now, "id": id_, "properties": dict(properties)}


def _of_input(asked: facts.UpsertInput, category: str) -> dict[str, Any]:
    return _error(category, {"objectWriteTraceId": [str(asked.object_write_trace_id)]})


def _error(category: str, context: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "category": category,
        "context": context,
        "errors": [],
        "links": {},
        "message": "what went wrong",
        "status": "error",
    }
