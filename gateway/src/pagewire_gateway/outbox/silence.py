"""Rows that must not go out, as their person asked to be forgotten; the journal ends them."""

from collections.abc import Callable

from pagewire_gateway.journal.port import Journal, Outbound, Stored


class Silence:
    """Knows what is to be said no more.

    Args:
        journal: has the events that rows answer.
        silenced: whether a row's person asked to be forgotten.
        gone: the same by the event it answers.
    """

    def __init__(self, journal: Journal, silenced: Callable[[Outbound], bool], gone: Callable[[Stored], bool]) -> None:
        self._journal = journal
        self._gone = gone
        self.known = silenced
        """Whether it is clear from the row alone."""

    async def covers(self, row: Outbound) -> bool:
        """Whether a row must not go: a private reply does not say whom it is for, but its comment does, or it was emptied."""
        return self.known(row) or (bool(row.target) and any(map(self._gone, await self._journal.read([row.event_seq]))))
