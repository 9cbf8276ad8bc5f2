"""HubSpot: contacts by batch upsert on a property with unique values, deleted for good on request."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from pagewire_crm_sync.answer import Answer, Verdict
from pagewire_crm_sync.crms.crm import Crm, put_off, receipt
from pagewire_crm_sync.crms.hubspot_answer import judge, read_batch
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.mapping import Fields, as_text
from pagewire_crm_sync.outcome import Done, Later
from pagewire_crm_sync.secrets import bearer
from pagewire_crm_sync.settings import HubSpot

BATCH = 100
"""Most inputs of a batch. Source: HubSpot, CRM API guide."""


class HubSpotTarget(Crm):
    """Contacts of one portal.

    Args:
        settings: the portal and the mapping.
        means: requests to it.
    """

    def __init__(self, settings: HubSpot, means: Means) -> None:
        super().__init__("hubspot", settings.fields, settings.id_property, BATCH, means)
        self._settings = settings
        self._path = f"/crm/objects/{settings.version}/contacts"

    async def write(self, named: dict[str, Fields]) -> Verdict:
        """See `Crm`."""
        traces = [_trace(name, fields) for name, fields in named.items()]
        there: dict[str, dict[str, Any]] = {}
        if self.kept:
            found = await self._held([*named], traces)
            if isinstance(found, Verdict):
                return found
            there = found
        inputs = [
            {
                "id": name,
                "idProperty": self.id_field,
                "objectWriteTraceId": trace,
                "properties": {to: as_text(value) for to, value in fields.items()},
            }
            for trace, (name, fields) in zip(traces, self.without_kept(named, there).items(), strict=True)
        ]
        return self._judged(await self._post("batch/upsert", {"inputs": inputs}), traces)

    async def _held(self, names: list[str], traces: Sequence[str]) -> dict[str, dict[str, Any]] | Verdict:
        """What HubSpot holds already of what must not be overwritten, or why that cannot be known."""
        answer = await self._read(names, self.kept)
        batch = read_batch(answer.body) if answer.status in {200, 207} else None
        if batch is not None:
            return {record.properties.get(self.id_field) or "": record.properties for record in batch.results}
        verdict = self._judged(answer, traces)
        unread = Later(reason="HubSpot's contacts could not be read before they are written")
        outcomes = tuple(unread if isinstance(each, Done) else each for each in verdict.outcomes)
        return msgspec.structs.replace(verdict, outcomes=outcomes)

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """See `Crm`: by gdpr-delete."""
        found = await self._records(name)
        if isinstance(found, Verdict):
            return found
        every = [*dict.fromkeys((*records, *found))]
        for record in every:
            answer = await self._post("gdpr-delete", {"objectId": record})
            if answer.status not in {200, 204, 404}:
                return msgspec.structs.replace(self._judged(answer, [name]), divide=False)
        left = await self._records(name)
        if isinstance(left, Verdict):
            return left
        if left:
            return put_off(1, "HubSpot has not yet deleted the contact", 60.0)
        return Verdict(outcomes=(Done(receipt("hubspot gdpr-delete", every)),))

    async def _records(self, named: str) -> list[str] | Verdict:
        """Ids of what HubSpot has under a name, or why that cannot be known."""
        answer = await self._read([named], [])
        batch = read_batch(answer.body) if answer.status in {200, 207} else None
        if batch is not None:
            return [record.id for record in batch.results]
        verdict = self._judged(answer, [named])
        if isinstance(verdict.outcomes[0], Done):
            return put_off(1, "HubSpot's answer cannot be read")
        return verdict

    async def _read(self, names: Sequence[str], properties: Sequence[str]) -> Answer:
        body = {
            "idProperty": self.id_field,
            "inputs": [{"id": name} for name in names],
            "properties": [self.id_field, *properties],
            "propertiesWithHistory": [],
        }
        return await self._post("batch/read", body)

    async def _post(self, what: str, body: Any) -> Answer:
        headers = bearer(self.means.secret)
        return await self.means.ask("POST", f"{self._path}/{what}", msgspec.json.encode(body), headers)

    def _judged(self, answer: Answer, traces: Sequence[str]) -> Verdict:
        return judge(answer, traces, self.means.clock.now(), self._settings.daily_reserve)


def _trace(name: str, fields: Fields) -> str:
    return hashlib.sha256(msgspec.json.encode((name, fields))).hexdigest()[:32]
