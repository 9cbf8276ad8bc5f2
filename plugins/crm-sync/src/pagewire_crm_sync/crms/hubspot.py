"""HubSpot: contacts by batch upsert on a property with unique values, deleted for good on request."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from pagewire.people import DeletedPerson
from pagewire_crm_sync.answer import Answer, Verdict
from pagewire_crm_sync.cloudevent import Parcel
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.crms.hubspot_answer import judge, read_batch
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.entry import Entry
from pagewire_crm_sync.forgotten import key_of
from pagewire_crm_sync.mapping import as_text, mapped, unique_id
from pagewire_crm_sync.outcome import Done, Later, Outcome, Rejected
from pagewire_crm_sync.secrets import bearer
from pagewire_crm_sync.settings import HubSpot
from pagewire_crm_sync.wellbeing import Trouble

BATCH = 100
"""Most inputs of a batch. Source: HubSpot, CRM API guide."""


class HubSpotTarget:
    """Contacts of one portal.

    Args:
        settings: the portal and the mapping.
        means: requests to it.
    """

    def __init__(self, settings: HubSpot, means: Means) -> None:
        self._settings = settings
        self._means = means
        self._path = f"/crm/objects/{settings.version}/contacts"
        self._kept = [field.to for field in settings.fields if field.keep]
        self._batcher = means.batcher(self._send, BATCH)

    @property
    def notebook(self) -> str:
        """See `Target`."""
        return "hubspot"

    @property
    def shape(self) -> str:
        """See `Target`."""
        named = msgspec.json.encode((self._settings.id_property, self._settings.fields))
        return hashlib.sha256(named).hexdigest()[:16]

    def held(self) -> Later | None:
        """See `Target`."""
        return self._means.held()

    def trouble(self) -> Trouble:
        """See `Target`."""
        return self._means.trouble()

    async def upsert(self, contact: Contact) -> Outcome:
        """See `Target`."""
        named = unique_id(contact.key)
        properties = {name: as_text(value) for name, value in mapped(contact, self._settings.fields).items()}
        trace = hashlib.sha256(msgspec.json.encode((named, properties))).hexdigest()[:32]
        found = {
            "id": named,
            "idProperty": self._settings.id_property,
            "objectWriteTraceId": trace,
            "properties": properties,
        }
        return await self._batcher.submit(Parcel(trace, msgspec.json.encode(found)))

    async def record(self, entry: Entry) -> Outcome:  # noqa: ARG002 - the configuration allows no timeline here
        """See `Target`."""
        return Rejected(reason="HubSpot is sent contacts only; send the timeline to a sink of CloudEvents")

    async def forget(self, person: DeletedPerson, records: Sequence[str]) -> Outcome:
        """Delete by gdpr-delete whatever record the person has or had, and look that nothing is left."""
        named = unique_id(key_of(person))
        verdict = await self._means.converse(1, lambda: self._forget(named, records))
        return verdict.outcomes[0]

    async def aclose(self) -> None:
        """See `Target`."""
        await self._batcher.aclose()
        await self._means.aclose()

    async def _send(self, parcels: Sequence[Parcel]) -> Verdict:
        return await self._means.converse(len(parcels), lambda: self._upsert(parcels))

    async def _upsert(self, parcels: Sequence[Parcel]) -> Verdict:
        traces = [parcel.id for parcel in parcels]
        inputs = [msgspec.json.decode(parcel.body) for parcel in parcels]
        if self._kept and (trouble := await self._spare(inputs, traces)) is not None:
            return trouble
        return self._judged(await self._post("batch/upsert", {"inputs": inputs}), traces)

    async def _spare(self, inputs: list[dict[str, Any]], traces: Sequence[str]) -> Verdict | None:
        """Take out of the inputs what HubSpot holds already and must not be overwritten."""
        answer = await self._read([each["id"] for each in inputs], self._kept)
        batch = read_batch(answer.body) if answer.status in {200, 207} else None
        if batch is None:
            verdict = self._judged(answer, traces)
            unread = Later(reason="HubSpot's contacts could not be read before they are written")
            put_off = tuple(unread if isinstance(each, Done) else each for each in verdict.outcomes)
            return msgspec.structs.replace(verdict, outcomes=put_off)
        there = {record.properties.get(self._settings.id_property): record.properties for record in batch.results}
        for each in inputs:
            held = there.get(each["id"], {})
            kept = {name for name in self._kept if held.get(name)}
            each["properties"] = {name: value for name, value in each["properties"].items() if name not in kept}
        return None

    async def _forget(self, named: str, records: Sequence[str]) -> Verdict:
        found = await self._records(named)
        if isinstance(found, Verdict):
            return found
        for record in dict.fromkeys((*records, *found)):
            answer = await self._post("gdpr-delete", {"objectId": record})
            if answer.status not in {200, 204, 404}:
                return msgspec.structs.replace(self._judged(answer, [named]), divide=False)
        left = await self._records(named)
        if isinstance(left, Verdict):
            return left
        if left:
            return Verdict(outcomes=(Later(after=60.0, reason="HubSpot has not yet deleted the contact"),))
        return Verdict(outcomes=(Done(_receipt(dict.fromkeys((*records, *found)))),))

    async def _records(self, named: str) -> list[str] | Verdict:
        """Ids of what HubSpot has under a name, or why that cannot be known."""
        answer = await self._read([named], [])
        batch = read_batch(answer.body) if answer.status in {200, 207} else None
        if batch is not None:
            return [record.id for record in batch.results]
        verdict = self._judged(answer, [named])
        if isinstance(verdict.outcomes[0], Done):
            return Verdict(outcomes=(Later(reason="HubSpot's answer cannot be read"),))
        return verdict

    async def _read(self, names: Sequence[str], properties: Sequence[str]) -> Answer:
        id_property = self._settings.id_property
        body = {
            "idProperty": id_property,
            "inputs": [{"id": name} for name in names],
            "properties": [id_property, *properties],
            "propertiesWithHistory": [],
        }
        return await self._post("batch/read", body)

    async def _post(self, what: str, body: Any) -> Answer:
        headers = bearer(self._means.secret)
        return await self._means.ask("POST", f"{self._path}/{what}", msgspec.json.encode(body), headers)

    def _judged(self, answer: Answer, traces: Sequence[str]) -> Verdict:
        return judge(answer, traces, self._means.clock.now(), self._settings.daily_reserve)


def _receipt(records: Sequence[str] | dict[str, None]) -> str:
    """How many records were deleted and looked for afterwards, and a hash of their ids for whoever has to compare."""
    digest = hashlib.sha256(",".join(records).encode()).hexdigest()[:16]
    return f"hubspot gdpr-delete of {len(records)}, none left, {digest}"
