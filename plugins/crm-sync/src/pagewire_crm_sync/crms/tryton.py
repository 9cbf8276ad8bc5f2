"""Tryton: parties by their unique code or an identifier, found by their contact mechanisms, with notes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from pagewire_crm_sync.answer import MEND_SECONDS, Verdict
from pagewire_crm_sync.crms.asks import Held, Note
from pagewire_crm_sync.crms.crm import Crm, put_off, receipt
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.crms.tryton_notes import Notes
from pagewire_crm_sync.crms.tryton_party import (
    MECHANISMS,
    Row,
    columns,
    creation,
    domain_of,
    held,
    holders,
    missing,
    names_of,
    news,
    survivor,
)
from pagewire_crm_sync.crms.tryton_rpc import EVERY, Rpc
from pagewire_crm_sync.mapping import Fields, as_text
from pagewire_crm_sync.outcome import Done, Later, Outcome
from pagewire_crm_sync.settings import Tryton

BATCH = 100
_PARTY = "party.party"
_HOPS = 10
"""How often a party may have been merged into another that was merged."""


class TrytonTarget(Crm):
    """Parties of one database.

    Args:
        settings: the database and the mapping.
        means: requests to it.
    """

    at_once = 1
    """A call costs Tryton far more than a party in it, and two that write wait for each other; so the next batch gathers."""
    adds = MECHANISMS

    def __init__(self, settings: Tryton, means: Means) -> None:
        super().__init__("tryton", settings.fields, "code", BATCH, means, settings.match)
        self.address_fields = {"email": "email", "phone": "mobile"}
        self._rpc = Rpc(settings, means)
        self._timeline = Notes(self._rpc)

    async def look(self, names: Sequence[str], fields: Sequence[str]) -> dict[str, Held]:
        """See `Crm`: under a name stands the party into which whoever bears it was merged."""
        rows = await self._rows(_named(names), fields)
        called = {name: row for row in reversed(rows.values()) for name in names_of(row)}
        return {name: held(survivor(called[name], rows), name) for name in names if name in called}

    def missing(self, fields: Fields, held: Held | None) -> Fields:
        """See `Crm`."""
        return missing(fields, held.fields) if held else fields

    async def find(self, by: str, addresses: Sequence[str], fields: Sequence[str]) -> dict[str, list[Held]]:
        """See `Crm`: by the contact mechanisms of parties that are active."""
        kept = ["party", "value", "value_compact"]
        mechanisms = await self._rpc.rows("party.contact_mechanism", domain_of(by, addresses), kept)
        ids = sorted({each["party"] for each in mechanisms})
        rows = await self._rpc.rows(_PARTY, [["id", "in", ids]], columns(fields)) if ids else []
        return holders(mechanisms, {row["id"]: row for row in rows}, addresses)

    async def adopt(self, found: Mapping[str, Held]) -> None:
        """See `Crm`: by an identifier, since the code is the number that the business knows the party by."""
        await self._rpc.call(
            "party.identifier.create", [{"party": int(each.id), "code": name} for name, each in found.items()]
        )

    async def write(self, named: Mapping[str, Fields], there: Mapping[str, Held]) -> Verdict:  # noqa: ARG002 - all fields count
        """See `Crm`: what differs is written in one call, what is not there is created in another.

        A party takes Tryton ten milliseconds to write, and far less to read.
        """
        values = {name: {to: as_text(value) for to, value in fields.items()} for name, fields in named.items()}
        known = await self.look([*named], sorted({to for fields in values.values() for to in fields}))
        await self._change({name: (values[name], known[name]) for name in known})
        created = await self._create({name: values[name] for name in named if name not in known})
        ids = {name: each.id for name, each in known.items()} | created
        return Verdict(outcomes=tuple(Done(ids[name]) for name in named))

    async def note(self, notes: Mapping[str, Note]) -> Verdict:
        """See `Crm`: on the party into which the one that the plugin knows was merged."""
        ids = sorted({int(each.record) for each in notes.values()})
        rows = await self._rows([["id", "in", ids]], [])
        living = {str(id_): str(survivor(rows[id_], rows)["id"]) for id_ in ids if id_ in rows}
        placed = {
            event: msgspec.structs.replace(each, record=living[each.record])
            for event, each in notes.items()
            if each.record in living
        }
        written = await self._timeline.written(placed) if placed else {}
        return Verdict(outcomes=tuple(_noted(written.get(event)) for event in notes))

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """See `Crm`. A party that invoices or orders point to cannot be deleted; that is said, and a human decides.

        Tryton deletes a party's notes with it; that is looked for as well.
        """
        theirs = ["OR", *_named([name])[1:], ["id", "in", [int(each) for each in records]]]
        parties = await self._everything(theirs)
        every = [*dict.fromkeys((*parties, *map(int, records)))]
        notes = await self._timeline.of(every)
        if parties:
            await self._rpc.call(f"{_PARTY}.delete", parties)
        if await self._everything(theirs) or await self._timeline.of(every):
            return put_off(1, "Tryton has not yet deleted the party and its notes", MEND_SECONDS)
        gone = [*map(str, parties), *(f"note {each}" for each in notes)]
        return Verdict(outcomes=(Done(receipt("tryton delete", gone)),))

    async def _everything(self, domain: list[Any]) -> list[int]:
        """Ids of the parties that a domain finds, and of all that were merged with them."""
        ids = [*await self._rows(domain, [])]
        while sources := await self._rpc.rows(
            _PARTY, [["replaced_by", "in", ids], ["id", "not in", ids]], ["id"], EVERY
        ):
            ids += [each["id"] for each in sources]
        return ids

    async def _rows(self, domain: list[Any], fields: Iterable[str]) -> dict[int, Row]:
        """Parties that a domain finds, by id, inactive ones too, with those into which they were merged after them."""
        wanted = columns(fields)
        rows: dict[int, Row] = {}
        for _ in range(_HOPS):
            rows |= {row["id"]: row for row in await self._rpc.rows(_PARTY, domain, wanted, EVERY)}
            merged = {row["replaced_by"] for row in rows.values()} - {None, *rows}
            if not merged:
                break
            domain = [["id", "in", sorted(merged)]]
        return rows

    async def _change(self, known: Mapping[str, tuple[Fields, Held]]) -> None:
        """Two names may mean one party, once people have merged two of ours."""
        whole: dict[str, tuple[Fields, Held]] = {}
        for fields, each in known.values():
            whole[each.id] = (whole.get(each.id, ({}, each))[0] | fields, each)
        changes = {id_: new for id_, (fields, each) in whole.items() if (new := news(fields, each.fields))}
        if changes:
            await self._rpc.call(
                f"{_PARTY}.write", *(part for id_, new in changes.items() for part in ([int(id_)], new))
            )

    async def _create(self, values: Mapping[str, Fields]) -> dict[str, str]:
        if not values:
            return {}
        ids = await self._rpc.call(f"{_PARTY}.create", [creation(name, fields) for name, fields in values.items()])
        return dict(zip(values, map(str, ids), strict=True))


def _named(names: Sequence[str]) -> list[Any]:
    return ["OR", ["code", "in", [*names]], ["identifiers.code", "in", [*names]]]


def _noted(id_: int | None) -> Outcome:
    if id_ is None:
        return Later(reason="Tryton has no such party any more: it is made anew when the person is next written down")
    return Done(str(id_))
