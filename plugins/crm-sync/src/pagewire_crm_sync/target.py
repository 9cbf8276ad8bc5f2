"""What crm-sync needs of a system that keeps contacts."""

from collections.abc import Sequence
from typing import Protocol

from pagewire.people import DeletedPerson
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.entry import Entry
from pagewire_crm_sync.outcome import Later, Outcome
from pagewire_crm_sync.wellbeing import Trouble


class Target(Protocol):
    """Where contacts go: a CloudEvents sink, HubSpot, Salesforce, Tryton."""

    @property
    def notebook(self) -> str:
        """Under what the plugin remembers what this target was told; empty if the target merges facts by their times itself."""

    @property
    def shape(self) -> str:
        """Changes whenever what is sent for the same contact changes: then it has to be sent again."""

    def held(self) -> Later | None:
        """Why and how long no request may go now; ``None`` if one may."""

    def trouble(self) -> Trouble:
        """What is wrong with the target, by its latest answer."""

    async def upsert(self, contact: Contact) -> Outcome:
        """Bring a contact's facts to the target."""

    async def record(self, entry: Entry, record: str) -> Outcome:
        """Bring one thing that happened to the target.

        Args:
            entry: what happened.
            record: the id under which the target keeps the person; empty if it keeps none, or names people as we do.
        """

    async def compare(self, contact: Contact) -> tuple[str, ...]:
        """What an upsert of this contact would change, in lines for people; asks the target and writes nothing."""

    async def forget(self, person: DeletedPerson, records: Sequence[str]) -> Outcome:
        """Have a person's data deleted; `Done.id` is the receipt.

        Args:
            person: who.
            records: every id under which the target is known to have kept the person.
        """

    async def aclose(self) -> None:
        """Give up what is still under way and close the connections."""
