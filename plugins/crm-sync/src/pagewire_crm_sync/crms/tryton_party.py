"""Parties as Tryton tells of them, and what has to be written to them. Pure.

A party bears a person's name (`mapping.unique_id`) as its code if it was made for them, and as one of its identifiers if it was
there before: its code is then the number that the business knows it by. Source: trytond 8.2, module party, `party.py` and
`contact_mechanism.py`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pagewire_crm_sync.crms.asks import Held
from pagewire_crm_sync.mapping import Fields, as_text

MECHANISMS: Final = ("phone", "mobile", "fax", "email", "website")
"""Fields of a party that show a contact mechanism of this type. Once the party is there, they can only be read."""
TYPES: Final = {"email": ("email",), "phone": ("phone", "mobile")}
"""Types of contact mechanisms in which an address is looked for."""
_MEANS: Final = ("contact_mechanisms.type", "contact_mechanisms.value", "contact_mechanisms.value_compact")
_OURS: Final = re.compile(r"(page|instagram):\d+:\d+")

Row = dict[str, Any]


def columns(fields: Iterable[str]) -> list[str]:
    """What is read of parties: who they are, and these fields."""
    wanted = [*dict.fromkeys(fields)]
    means = _MEANS if any(each in MECHANISMS for each in wanted) else ()
    return [*dict.fromkeys(("code", "replaced_by", "identifiers.code", *means, *wanted))]


def names_of(row: Row) -> list[str]:
    """All that a party is called: its code, and its identifiers."""
    return [row["code"], *(each["code"] for each in row["identifiers."])]


def held(row: Row, name: str | None = None) -> Held:
    """A party as it is told.

    Args:
        row: as it was read.
        name: by which it was asked for; without one, the name that we gave it, if we did.
    """
    ours = name or next(filter(_OURS.fullmatch, names_of(row)), "")
    return Held(id=str(row["id"]), name=ours, fields=row)


def survivor(row: Row, rows: Mapping[int, Row]) -> Row:
    """The party into which people at Tryton merged this one, as far as it was read; itself if they did not."""
    seen = {row["id"]}
    while (next_ := rows.get(row["replaced_by"])) is not None and next_["id"] not in seen:
        row = next_
        seen.add(row["id"])
    return row


def missing(fields: Fields, row: Row) -> Fields:
    """The fields, without contact mechanisms that a party has already."""
    listed = row.get("contact_mechanisms.", ())
    known = {(_sort(each["type"]), _folded(each[key])) for each in listed for key in ("value", "value_compact")}
    return {to: value for to, value in fields.items() if (_sort(to), _folded(as_text(value))) not in known}


def news(fields: Fields, row: Row) -> Fields:
    """What is to be written to a party so that it holds these fields; a contact mechanism is added, and none is changed."""
    return _values(
        {to: value for to, value in missing(fields, row).items() if to in MECHANISMS or row.get(to) != value}
    )


def creation(name: str, fields: Fields) -> Fields:
    """A new party."""
    return {"code": name, **_values(fields)}


def domain_of(by: str, addresses: Sequence[str]) -> list[Any]:
    """Contact mechanisms with these addresses.

    Tryton keeps e-mail addresses as they were typed, and phones also in E.164 if it has phonenumbers to read them.
    """
    found: list[list[Any]] = [["value", "ilike", _literally(each)] for each in addresses]
    if by == "phone":
        found = [[key, "in", [*addresses]] for key in ("value_compact", "value")]
    return [["type", "in", [*TYPES[by]]], ["OR", *found]]


def holders(mechanisms: Sequence[Row], parties: Mapping[int, Row], addresses: Sequence[str]) -> dict[str, list[Held]]:
    """Whose addresses these are; a party counts once for an address, however often it has it."""
    wanted, found = set(addresses), dict[str, dict[int, Held]]()
    for each in mechanisms:
        for address in wanted & {_folded(each["value"]), _folded(each["value_compact"])}:
            if (party := parties.get(each["party"])) is not None:
                found.setdefault(address, {})[party["id"]] = held(party)
    return {address: [*by_id.values()] for address, by_id in found.items()}


def _sort(type_: str) -> str:
    """A number may stand at a party as any of the types in which phones are looked for."""
    return "phone" if type_ in TYPES["phone"] else type_


def _values(fields: Fields) -> Fields:
    """Fields as `create` and `write` take them."""
    created = [{"type": to, "value": value} for to, value in fields.items() if to in MECHANISMS]
    plain = {to: value for to, value in fields.items() if to not in MECHANISMS}
    return plain | ({"contact_mechanisms": [["create", created]]} if created else {})


def _folded(value: str | None) -> str:
    return (value or "").lower()


def _literally(text: str) -> str:
    """For `ilike`, in which `_` and `%` stand for something else."""
    return re.sub(r"([\\%_])", r"\\\1", text)
