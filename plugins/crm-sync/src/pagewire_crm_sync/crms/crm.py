"""What targets with an API of their own have in common."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from pagewire.people import DeletedPerson
from pagewire_crm_sync.answer import Verdict
from pagewire_crm_sync.batcher import REQUESTS
from pagewire_crm_sync.cloudevent import Parcel
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.crms.asks import Ask, Found, Held, Note, differences
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.entry import Entry
from pagewire_crm_sync.forgotten import key_of
from pagewire_crm_sync.mapping import Field, Fields, mapped, unique_id
from pagewire_crm_sync.noted import note_of
from pagewire_crm_sync.outcome import DONE, Done, Later, Outcome, Rejected
from pagewire_crm_sync.settings import Match
from pagewire_crm_sync.wellbeing import Trouble


class NotAnswered(Exception):
    """A request before the write was not answered with a result.

    Args:
        verdict: what that means, for one contact.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class Crm:
    """Contacts gathered into batches, each a name with its fields. A system says how it is asked.

    Args:
        notebook: under what the plugin remembers what it told the system.
        fields: the mapping.
        id_field: the field that names a contact.
        batch: most contacts of a request.
        means: requests to the system.
        match: by what else a contact that is there already may be found.
    """

    at_once = REQUESTS
    """Batches under way at a time."""
    unique = ""
    """The field for an address that no two contacts of the system may share."""
    adds: Sequence[str] = ()
    """Fields that hold several values: one that is written is added to those that are there."""

    def __init__(
        self, notebook: str, fields: Sequence[Field], id_field: str, batch: int, means: Means, match: Match = ()
    ) -> None:
        self.means = means
        self.notebook = notebook
        shape = (id_field, tuple(fields), match) if match else (id_field, tuple(fields))
        self.shape = hashlib.sha256(msgspec.json.encode(shape)).hexdigest()[:16]
        self.id_field = id_field
        self.kept = [field.to for field in fields if field.keep]
        self._fields = fields
        self._match = match
        self.address_fields: dict[str, str] = {}
        self._batcher = means.batcher(self._send, batch, self.at_once)
        self._notes = means.batcher(self._send_notes, batch, self.at_once)

    # What a system does ------------------------------------------------------------------------------------------

    async def look(self, names: Sequence[str], fields: Sequence[str]) -> dict[str, Held]:
        """What the system holds under these names.

        Raises:
            NotAnswered: that cannot be known now.
        """
        raise NotImplementedError

    async def write(self, named: Mapping[str, Fields], there: Mapping[str, Held]) -> Verdict:
        """Create or change contacts, by their names; one outcome for each, in order."""
        raise NotImplementedError

    def missing(self, fields: Fields, held: Held | None) -> Fields:  # noqa: ARG002 - most systems have one value a field
        """Without what a contact has already among the values of its `adds`."""
        return fields

    async def find(self, by: str, addresses: Sequence[str], fields: Sequence[str]) -> dict[str, list[Held]]:
        """Who has these addresses, by address in lower case; `by` is ``email`` or ``phone``.

        Raises:
            NotAnswered: that cannot be known now.
        """
        raise NotImplementedError

    async def adopt(self, found: Mapping[str, Held]) -> None:
        """Give contacts that somebody else made the names of the people they are.

        Raises:
            NotAnswered: it was not done.
        """
        raise NotImplementedError

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """Delete whatever record a person has or had, and look that nothing is left."""
        raise NotImplementedError

    async def note(self, notes: Mapping[str, Note]) -> Verdict:
        """Write entries of timelines, by the ids of their events; one outcome for each, in order."""
        raise NotImplementedError

    # What the plugin asks ----------------------------------------------------------------------------------------

    def held(self) -> Later | None:
        """See `Target`."""
        return self.means.held()

    def trouble(self) -> Trouble:
        """See `Target`."""
        return self.means.trouble()

    async def upsert(self, contact: Contact) -> Outcome:
        """See `Target`."""
        return await self._batcher.submit(Parcel(unique_id(contact.key), msgspec.json.encode(self._wish(contact))))

    async def record(self, entry: Entry, record: str) -> Outcome:
        """See `Target`. What concerns no contact has no place here, and is left out."""
        if not record:
            return DONE
        return await self._notes.submit(Parcel(entry.event, msgspec.json.encode(note_of(entry, record))))

    async def compare(self, contact: Contact) -> tuple[str, ...]:
        """See `Target`."""
        name, ask = unique_id(contact.key), self._wish(contact)
        lines: tuple[str, ...] = ()

        async def read() -> Verdict:
            nonlocal lines
            try:
                found = await self._found({name: ask}, [*ask.fields])
            except NotAnswered as error:
                return error.verdict
            held = found.there.get(name)
            fields = self.missing(self._without_kept({name: ask}, found)[name], held)
            lines = differences(name, fields, held, self.adds)
            return Verdict(outcomes=(DONE,))

        (outcome,) = (await self.means.converse(1, read)).outcomes
        return lines if isinstance(outcome, Done) else (f"unknown {name}: {outcome.reason}",)

    async def forget(self, person: DeletedPerson, records: Sequence[str]) -> Outcome:
        """See `Target`."""
        name = unique_id(key_of(person))
        verdict = await self.means.converse(1, lambda: self._deleted(name, records))
        return verdict.outcomes[0]

    async def aclose(self) -> None:
        """See `Target`."""
        await self._batcher.aclose()
        await self._notes.aclose()
        await self.means.aclose()

    # How it is done ----------------------------------------------------------------------------------------------

    def _wish(self, contact: Contact) -> Ask:
        email = contact.email.value if contact.email and "email" in self._match else ""
        phone = contact.phone.value if contact.phone and "phone" in self._match else ""
        return Ask(fields=mapped(contact, self._fields), email=email, phone=phone)

    async def _deleted(self, name: str, records: Sequence[str]) -> Verdict:
        try:
            return await self.delete(name, records)
        except NotAnswered as error:
            return msgspec.structs.replace(error.verdict, divide=False)

    async def _send(self, parcels: Sequence[Parcel]) -> Verdict:
        asks = {parcel.id: msgspec.json.decode(parcel.body, type=Ask) for parcel in parcels}
        return await self.means.converse(len(parcels), lambda: self._written(asks))

    async def _send_notes(self, parcels: Sequence[Parcel]) -> Verdict:
        notes = {parcel.id: msgspec.json.decode(parcel.body, type=Note) for parcel in parcels}

        async def write() -> Verdict:
            try:
                return await self.note(notes)
            except NotAnswered as error:
                return spread(error.verdict, len(notes))

        return await self.means.converse(len(parcels), write)

    async def _written(self, asks: Mapping[str, Ask]) -> Verdict:
        try:
            found = await self._found(asks, self.kept)
            if found.adopted:
                await self.adopt({name: found.there[name] for name in found.adopted})
            verdict = await self.write(self._without_kept(asks, found), found.there)
        except NotAnswered as error:
            return spread(error.verdict, len(asks))
        return _matched(verdict, [*asks], found.adopted)

    async def _found(self, asks: Mapping[str, Ask], fields: Sequence[str]) -> Found:
        """What the system holds of these people, whom an address found, and whose address is somebody else's there."""
        columns = [*dict.fromkeys((*fields, *(self.address_fields[by] for by in self._match)))]
        matched = any(ask.email or ask.phone for ask in asks.values())
        found = Found(there=await self.look([*asks], columns) if fields or matched else {})
        for by in self._match:
            found = await self._found_by(by, asks, found, columns)
        return found

    async def _found_by(
        self, by: Literal["email", "phone"], asks: Mapping[str, Ask], found: Found, columns: Sequence[str]
    ) -> Found:
        column = self.address_fields[by]
        wanted = {name: getattr(ask, by) for name, ask in asks.items() if getattr(ask, by)}
        news = {name: address for name, address in wanted.items() if found.holds(name, column) != address}
        return found.joined(by, news, await self.find(by, sorted(set(news.values())), columns)) if news else found

    def _without_kept(self, asks: Mapping[str, Ask], found: Found) -> dict[str, Fields]:
        """The fields that may be written, given what the system holds."""
        return {
            name: {
                to: value
                for to, value in ask.fields.items()
                if not (to in self.kept and found.holds(name, to)) and not (to == self.unique and name in found.taken)
            }
            for name, ask in asks.items()
        }


def _matched(verdict: Verdict, names: Sequence[str], adopted: Mapping[str, str]) -> Verdict:
    """Say of whom was found by an address how that was."""
    if not adopted:
        return verdict
    told = [
        msgspec.structs.replace(each, matched=adopted.get(name, "")) if isinstance(each, Done) else each
        for name, each in zip(names, verdict.outcomes, strict=True)
    ]
    return msgspec.structs.replace(verdict, outcomes=tuple(told))


def spread(verdict: Verdict, count: int) -> Verdict:
    """The same for every contact of a request; one that was refused is divided, to find whose fault it is."""
    outcome = verdict.outcomes[0]
    divide = verdict.divide or (isinstance(outcome, Rejected) and count > 1)
    return Verdict(outcomes=(outcome,) * count, hold=verdict.hold, divide=divide)


def receipt(how: str, records: Sequence[str]) -> str:
    """How many records were deleted and looked for afterwards, and a hash of their ids for whoever has to compare."""
    digest = hashlib.sha256(",".join(records).encode()).hexdigest()[:16]
    return f"{how} of {len(records)}, none left, {digest}"


def put_off(count: int, reason: str, after: float | None = None) -> Verdict:
    """Nothing was done, and it is asked again."""
    return Verdict(outcomes=(Later(after=after, reason=reason),) * count)
