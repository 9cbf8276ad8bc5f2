"""Which record of a CRM is this person, and what does it hold? Kept in the conversation's store, so it goes with the person."""

from typing import Any

import msgspec
from msgspec import Struct

from pagewire.stores import Store
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.outcome import Done

MOST_BEFORE = 50
"""Earlier ids that are kept; people merge a record a few times, not more."""


class Identity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person in one CRM.

    Attributes:
        id: of the CRM's record, as it was last told.
        matched: by which address the record was found when it was given the person's name; empty if it was made for them.
        before: ids it had earlier, oldest first: each was merged into a later one by somebody at the CRM.
        shape: `Target.shape` when the contact was sent.
        contact: the facts the CRM acknowledged.
    """

    id: str = ""
    matched: str = ""
    before: tuple[str, ...] = ()
    shape: str = ""
    contact: Contact | None = None

    @property
    def records(self) -> tuple[str, ...]:
        """Every id the person ever had there, the latest last."""
        return (*self.before, self.id) if self.id else self.before

    def told(self, done: Done, shape: str, contact: Contact) -> "Identity":
        """The identity after the CRM took a contact and named its record; no name leaves the old one."""
        id_ = done.id
        moved = bool(id_ and self.id and id_ != self.id)
        before = tuple(each for each in (*self.before, self.id) if each != id_) if moved else self.before
        matched = done.matched or self.matched
        return Identity(id=id_ or self.id, matched=matched, before=before[-MOST_BEFORE:], shape=shape, contact=contact)


async def recall(store: Store, notebook: str) -> Identity:
    """What is kept of a person; an empty identity if there is nothing, or nothing that can be read any more."""
    kept: Any = await store.get(_key(notebook))
    try:
        return Identity() if kept is None else msgspec.convert(kept, Identity)
    except msgspec.ValidationError:
        return Identity(id=str(kept.get("id", "")) if isinstance(kept, dict) else "")


async def keep(store: Store, notebook: str, identity: Identity) -> None:
    """Remember it, durably."""
    await store.put(_key(notebook), msgspec.to_builtins(identity))


def _key(notebook: str) -> str:
    return f"contact/{notebook}"
