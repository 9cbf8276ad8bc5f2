"""What one contact or one entry wants of a CRM, and what the CRM holds. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from pagewire_crm_sync.mapping import Fields


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contact that is to be written.

    Attributes:
        fields: what the mapping makes of it.
        email: the address by which a contact that is there already may be found; empty if none may.
        phone: likewise.
    """

    fields: Fields
    email: str = ""
    phone: str = ""


class Note(Struct, frozen=True, kw_only=True):
    """One entry of the timeline that is to be written.

    Attributes:
        record: id of the contact's record.
        at: milliseconds since 1970.
        title: what happened, in few words.
        lines: its facts.
    """

    record: str
    at: int
    title: str
    lines: tuple[str, ...] = ()


class Held(Struct, frozen=True, kw_only=True):
    """A contact as the CRM holds it.

    Attributes:
        id: of the record.
        name: the unique id that Pagewire gave it; empty for one that somebody else made.
        fields: those that were asked for.
    """

    id: str
    name: str = ""
    fields: dict[str, Any] = {}


class Found(Struct, frozen=True, kw_only=True):
    """What a CRM holds of some people.

    Attributes:
        there: by name; also whom an address found.
        adopted: of these, whom an address found, and which: ``email`` or ``phone``.
        taken: names whose address another contact of the CRM has.
    """

    there: dict[str, Held] = {}
    adopted: dict[str, str] = {}
    taken: frozenset[str] = frozenset()

    def holds(self, name: str, field: str) -> Any:
        """What is held in a field of a person; nothing if the person is not there."""
        return self.there[name].fields.get(field) if name in self.there else None

    def joined(self, by: str, addresses: Mapping[str, str], holders: Mapping[str, list[Held]]) -> "Found":
        """With the contacts that addresses found.

        Whoever is there already stays who they are: two records are one person only if somebody at the CRM says so.

        Args:
            by: ``email`` or ``phone``.
            addresses: by name.
            holders: contacts of the CRM, by address.
        """
        shared = Counter(addresses.values())
        fits = {
            name: holders[address][0]
            for name, address in addresses.items()
            if name not in self.there and shared[address] == 1 and _is_adoptable(holders.get(address, []))
        }
        taken = {name for name, address in addresses.items() if holders.get(address) and name not in fits}
        return Found(
            there=self.there | fits,
            adopted=self.adopted | dict.fromkeys(fits, by),
            taken=self.taken | taken if by == "email" else self.taken,
        )


def _is_adoptable(found: list[Held]) -> bool:
    """Of several nobody can say which it is, and one with a name is taken."""
    return len(found) == 1 and not found[0].name


def differences(name: str, fields: Fields, held: Held | None, adds: Sequence[str] = ()) -> tuple[str, ...]:
    """What writing the fields would change, one line a field, for people to read.

    Args:
        name: the unique id.
        fields: what would be sent; kept fields are left out already.
        held: what the CRM holds.
        adds: fields to whose values one is added.
    """
    before = {to: value for to, value in held.fields.items() if to not in adds} if held else {}
    changed = [(to, before.get(to), value) for to, value in fields.items() if _text(before.get(to)) != _text(value)]
    if held is not None and held.name and not changed:
        return (f"unchanged {name}",)
    verb = "create" if held is None else "change" if held.name else "adopt"
    return (f"{verb} {name}", *(f"  {to}: {_shown(old)} -> {_shown(new)}" for to, old, new in changed))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else repr(value)
