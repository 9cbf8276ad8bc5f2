"""Names on NATS, and which partition a conversation belongs to."""

import hashlib

from msgspec import Struct

from pagewire.wire import Item
from pagewire_gateway.journal.jetstream.layout import Facts

Key = tuple[str, str, str]


def key_of(item: Item) -> Key:
    """What decides where an event goes: its conversation, or its account where no person is concerned."""
    return item.object, item.account, item.person or ""


class Map(Struct, frozen=True):
    """Where things are.

    Attributes:
        prefix: of everything that belongs to the deployment.
        facts: see there.
    """

    prefix: str
    facts: Facts

    def token(self, key: Key) -> str:
        """The last part of the subject of a conversation's events; it names nobody."""
        text = "\0".join(key).encode()
        return hashlib.blake2b(text, digest_size=12, key=self.facts.key).hexdigest()

    def partition(self, token: str) -> int:
        """Which partition."""
        return int(token[:8], 16) % self.facts.partitions

    def stream(self, partition: int) -> str:
        """The name of a partition's stream."""
        return f"{self.prefix}-journal-{partition}"

    def subjects(self, partition: int) -> str:
        """Everything in that stream."""
        return f"{self.prefix}.journal.{partition}.>"

    def event(self, partition: int, token: str) -> str:
        """The subject of the events of a conversation."""
        return f"{self.prefix}.journal.{partition}.event.{token}"

    def events(self, partition: int) -> str:
        """All events of a partition."""
        return f"{self.prefix}.journal.{partition}.event.*"

    def deed(self, partition: int) -> str:
        """The subject of everything else."""
        return f"{self.prefix}.journal.{partition}.deed"
