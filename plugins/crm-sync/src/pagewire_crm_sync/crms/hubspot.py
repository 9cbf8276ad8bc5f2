"""HubSpot: contacts by batch upsert on a property with unique values, deleted for good on request; notes likewise."""

import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import msgspec

from pagewire_crm_sync.answer import Answer, Verdict
from pagewire_crm_sync.crms.asks import Held, Note
from pagewire_crm_sync.crms.crm import Crm, NotAnswered, put_off, receipt
from pagewire_crm_sync.crms.hubspot_answer import Record, judge, linked, read_batch
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.mapping import Fields, as_text
from pagewire_crm_sync.outcome import Done, Later
from pagewire_crm_sync.pace import Pace
from pagewire_crm_sync.secrets import bearer
from pagewire_crm_sync.settings import HubSpot

BATCH = 100
"""Most inputs of a batch. Source: HubSpot, CRM API guide."""
SEARCHES = 4
"""Most searches in a second; a portal has five for all of its programs. Source: HubSpot, CRM search guide."""
_FOUND = 200


class HubSpotTarget(Crm):
    """Contacts of one portal.

    Args:
        settings: the portal and the mapping.
        means: requests to it.
    """

    unique = "email"

    def __init__(self, settings: HubSpot, means: Means) -> None:
        super().__init__("hubspot", settings.fields, settings.id_property, BATCH, means, settings.match)
        self.address_fields = {"email": "email", "phone": settings.phone_property}
        self._settings = settings
        self._objects = f"/crm/objects/{settings.version}"
        self._searches = Pace(SEARCHES, 1.0, means.clock)

    async def write(self, named: Mapping[str, Fields], there: Mapping[str, Held]) -> Verdict:  # noqa: ARG002
        """See `Crm`: an upsert finds out itself what is there."""
        properties = {name: {to: as_text(value) for to, value in fields.items()} for name, fields in named.items()}
        return await self._upsert("contacts", self.id_field, properties)

    async def look(self, names: Sequence[str], fields: Sequence[str]) -> dict[str, Held]:
        """See `Crm`."""
        return {each.name: each for each in await self._read(names, self.id_field, fields)}

    async def find(self, by: str, addresses: Sequence[str], fields: Sequence[str]) -> dict[str, list[Held]]:
        """See `Crm`. E-mail addresses are unique at HubSpot; phone numbers have to be searched, once a person."""
        wanted = self.address_fields[by]
        if by == "email":
            records = await self._read(addresses, "email", [wanted, *fields])
        else:
            records = await self._search(wanted, addresses, fields)
        return _by_address(records, wanted)

    async def adopt(self, found: Mapping[str, Held]) -> None:
        """See `Crm`: by giving them the unique property."""
        inputs = [{"id": held.id, "properties": {self.id_field: name}} for name, held in found.items()]
        answer = await self._post("contacts/batch/update", {"inputs": inputs})
        batch = read_batch(answer.body) if answer.status in {200, 207} else None
        if batch is None or len(batch.results) < len(inputs):
            raise self._not_answered(answer, "HubSpot did not take a contact that an address had found")

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """See `Crm`: by gdpr-delete, which takes the contact's notes along."""
        found = [each.id for each in await self._read([name], self.id_field, [])]
        every = [*dict.fromkeys((*records, *found))]
        for record in every:
            answer = await self._post("contacts/gdpr-delete", {"objectId": record})
            if answer.status not in {200, 204, 404}:
                return msgspec.structs.replace(self._judged(answer, [name]), divide=False)
        if await self._read([name], self.id_field, []):
            return put_off(1, "HubSpot has not yet deleted the contact", 60.0)
        return Verdict(outcomes=(Done(receipt("hubspot gdpr-delete", every)),))

    async def note(self, notes: Mapping[str, Note]) -> Verdict:
        """See `Crm`: a note each, found again by a property with unique values, and then tied to its contact."""
        properties = {
            event: {"hs_timestamp": str(each.at), "hs_note_body": _html(each)} for event, each in notes.items()
        }
        verdict = await self._upsert("notes", self._settings.note_property, properties)
        written = {
            event: outcome.id
            for event, outcome in zip(notes, verdict.outcomes, strict=True)
            if isinstance(outcome, Done)
        }
        if not written:
            return verdict
        tied = await self._tie([(id_, notes[event].record) for event, id_ in written.items()])
        if tied is None:
            return verdict
        outcomes = tuple(tied if isinstance(each, Done) else each for each in verdict.outcomes)
        return msgspec.structs.replace(verdict, outcomes=outcomes)

    async def _tie(self, pairs: Sequence[tuple[str, str]]) -> Later | None:
        """Tie notes to contacts; why it was not done, if it was not. Ties that are there already stay as they are."""
        path = f"/crm/associations/{self._settings.version}/notes/contacts/batch/associate/default"
        inputs = [{"from": {"id": note}, "to": {"id": contact}} for note, contact in pairs]
        answer = await self._ask(path, {"inputs": inputs})
        if linked(answer):
            return None
        return Later(reason=f"HubSpot answered {answer.status} when notes were tied to their contacts")

    async def _upsert(self, objects: str, unique: str, named: Mapping[str, Mapping[str, str]]) -> Verdict:
        traces = [_trace(name, properties) for name, properties in named.items()]
        inputs = [
            {"id": name, "idProperty": unique, "objectWriteTraceId": trace, "properties": properties}
            for trace, (name, properties) in zip(traces, named.items(), strict=True)
        ]
        return self._judged(await self._post(f"{objects}/batch/upsert", {"inputs": inputs}), traces)

    async def _read(self, ids: Sequence[str], unique: str, properties: Sequence[str]) -> list[Held]:
        body = {
            "idProperty": unique,
            "inputs": [{"id": each} for each in ids],
            "properties": [*dict.fromkeys((self.id_field, *properties))],
            "propertiesWithHistory": [],
        }
        return self._records(await self._post("contacts/batch/read", body))

    async def _search(self, wanted: str, values: Sequence[str], properties: Sequence[str]) -> list[Held]:
        body = {
            "filterGroups": [{"filters": [{"propertyName": wanted, "operator": "IN", "values": [*values]}]}],
            "properties": [*dict.fromkeys((self.id_field, wanted, *properties))],
            "sorts": [],
            "after": "0",
            "limit": _FOUND,
        }
        async with self._searches.one():
            return self._records(await self._post("contacts/search", body))

    def _records(self, answer: Answer) -> list[Held]:
        batch = read_batch(answer.body) if answer.status in {200, 207} else None
        if batch is None:
            raise self._not_answered(answer, "HubSpot's contacts could not be read before they are written")
        return [self._held(record) for record in batch.results]

    def _held(self, record: Record) -> Held:
        return Held(id=record.id, name=record.properties.get(self.id_field) or "", fields=record.properties)

    def _not_answered(self, answer: Answer, otherwise: str) -> NotAnswered:
        verdict = self._judged(answer, [""])
        if isinstance(verdict.outcomes[0], Done) or answer.status in {200, 207}:
            verdict = put_off(1, otherwise)
        return NotAnswered(verdict)

    async def _post(self, what: str, body: Any) -> Answer:
        return await self._ask(f"{self._objects}/{what}", body)

    async def _ask(self, path: str, body: Any) -> Answer:
        return await self.means.ask("POST", path, msgspec.json.encode(body), bearer(self.means.secret))

    def _judged(self, answer: Answer, traces: Sequence[str]) -> Verdict:
        return judge(answer, traces, self.means.clock.now(), self._settings.daily_reserve)


def _by_address(records: Sequence[Held], wanted: str) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for record in records:
        found.setdefault(str(record.fields.get(wanted) or "").lower(), []).append(record)
    return found


def _html(note: Note) -> str:
    return "<br>".join(escape(line) for line in (note.title, *note.lines))


def _trace(name: str, fields: Mapping[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode((name, fields))).hexdigest()[:32]
