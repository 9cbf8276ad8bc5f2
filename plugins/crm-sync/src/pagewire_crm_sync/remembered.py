"""What is remembered of one person."""

import asyncio

from pagewire.stores import Store
from pagewire_crm_sync.contact import Contact, Key
from pagewire_crm_sync.identity import Identity
from pagewire_crm_sync.outcome import Outcome


class Remembered:
    """One person of one sink.

    Attributes:
        key: names the person.
        lock: held by the one who decides about this person.
        flight: the upsert under way; it outlives a cancelled hook call.
        acked: the facts the sink acknowledged to this process.
        pending: facts that were seen since and are not sent.
        rested: until when touches wait, by the monotonic clock.
        due: when the sweeper looks at this person.
        users: calls that hold this object.
        store: where the identity is kept over restarts; ``None`` until it was read, and for targets that need none.
        identity: which record of the CRM this is, as it stands in the store.
    """

    __slots__ = ("acked", "due", "flight", "identity", "key", "lock", "pending", "rested", "store", "users")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.lock = asyncio.Lock()
        self.flight: asyncio.Task[Outcome] | None = None
        self.acked: Contact | None = None
        self.pending: Contact | None = None
        self.rested = 0.0
        self.due = 0.0
        self.users = 0
        self.store: Store | None = None
        self.identity = Identity()

    async def landed(self) -> None:
        """Wait until no upsert of this person is under way."""
        while self.flight is not None and not self.flight.done():
            await asyncio.wait((self.flight,))
