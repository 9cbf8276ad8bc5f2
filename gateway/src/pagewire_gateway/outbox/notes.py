"""What is known of rows only while this process sends them."""

from pagewire_gateway.journal.port import Outbound


class Failures:
    """How often the plugins that were asked about a row failed.

    Args:
        since: when they first did, milliseconds since 1970.

    Attributes:
        all: so often.
        counted: of these, the ones that are about this row.
    """

    __slots__ = ("all", "counted", "since")

    def __init__(self, since: int) -> None:
        self.since = since
        self.all = self.counted = 0


class Notes:
    """Notes on rows, by id.

    Attributes:
        begun: their request is at Meta, or may be.
        untagged: Meta refused the tag; they go without.
        silences: when requests began that Meta answered with error 2.
        failures: how often the plugins that were asked about them failed.
    """

    def __init__(self) -> None:
        self.begun: set[str] = set()
        self.untagged: set[str] = set()
        self.failures: dict[str, Failures] = {}
        self.silences: dict[str, list[int]] = {}

    def forget(self, row: Outbound) -> None:
        """The row has ended."""
        self.untagged.discard(row.id)
        self.failures.pop(row.id, None)
        self.silences.pop(row.id, None)
