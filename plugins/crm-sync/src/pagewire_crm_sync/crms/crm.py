"""What targets with an API of their own have in common."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from pagewire.people import DeletedPerson
from pagewire_crm_sync.answer import Verdict
from pagewire_crm_sync.cloudevent import Parcel
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.entry import Entry
from pagewire_crm_sync.forgotten import key_of
from pagewire_crm_sync.mapping import Field, Fields, mapped, unique_id
from pagewire_crm_sync.outcome import Later, Outcome, Rejected
from pagewire_crm_sync.wellbeing import Trouble


class Crm:
    """Contacts gathered into batches, each a name with its fields. A system says how it is asked, in `write` and `delete`.

    Args:
        notebook: under what the plugin remembers what it told the system.
        fields: the mapping.
        id_field: the field that names a contact.
        batch: most contacts of a request.
        means: requests to the system.
    """

    def __init__(self, notebook: str, fields: Sequence[Field], id_field: str, batch: int, means: Means) -> None:
        self.means = means
        self.notebook = notebook
        self.shape = hashlib.sha256(msgspec.json.encode((id_field, tuple(fields)))).hexdigest()[:16]
        self.id_field = id_field
        self.kept = [field.to for field in fields if field.keep]
        self._fields = fields
        self._batcher = means.batcher(self._send, batch)

    async def write(self, named: dict[str, Fields]) -> Verdict:
        """Create or change contacts, by their names; one outcome for each, in order."""
        raise NotImplementedError

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """Delete whatever record a person has or had, and look that nothing is left."""
        raise NotImplementedError

    def held(self) -> Later | None:
        """See `Target`."""
        return self.means.held()

    def trouble(self) -> Trouble:
        """See `Target`."""
        return self.means.trouble()

    async def upsert(self, contact: Contact) -> Outcome:
        """See `Target`."""
        found = mapped(contact, self._fields)
        return await self._batcher.submit(Parcel(unique_id(contact.key), msgspec.json.encode(found)))

    async def record(self, entry: Entry) -> Outcome:  # noqa: ARG002 - the configuration allows no timeline here
        """See `Target`."""
        return Rejected(reason="this system is sent contacts only; send the timeline to a sink of CloudEvents")

    async def forget(self, person: DeletedPerson, records: Sequence[str]) -> Outcome:
        """See `Target`."""
        name = unique_id(key_of(person))
        verdict = await self.means.converse(1, lambda: self.delete(name, records))
        return verdict.outcomes[0]

    async def aclose(self) -> None:
        """See `Target`."""
        await self._batcher.aclose()
        await self.means.aclose()

    def without_kept(self, named: dict[str, Fields], there: dict[str, dict[str, Any]]) -> dict[str, Fields]:
        """The fields that may be written, given what the system holds."""
        return {
            name: {to: value for to, value in fields.items() if to not in self.kept or not there.get(name, {}).get(to)}
            for name, fields in named.items()
        }

    async def _send(self, parcels: Sequence[Parcel]) -> Verdict:
        named: dict[str, Fields] = {parcel.id: msgspec.json.decode(parcel.body) for parcel in parcels}
        return await self.means.converse(len(parcels), lambda: self.write(named))


def receipt(how: str, records: Sequence[str]) -> str:
    """How many records were deleted and looked for afterwards, and a hash of their ids for whoever has to compare."""
    digest = hashlib.sha256(",".join(records).encode()).hexdigest()[:16]
    return f"{how} of {len(records)}, none left, {digest}"


def put_off(count: int, reason: str, after: float | None = None) -> Verdict:
    """Nothing was done, and it is asked again."""
    return Verdict(outcomes=(Later(after=after, reason=reason),) * count)
