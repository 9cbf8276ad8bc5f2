"""People who may have blocked the account without Meta saying so.

Source: Meta answers error 2, of temporary trouble, for people who blocked the account too. Trouble that is temporary comes to
others as well; so one to whom nothing goes, twice, while something goes to others, is suspect.
"""

from typing import Final

from pagewire_gateway.budgets import Budgets
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.memory import Memory
from pagewire_gateway.outbox.notes import Notes
from pagewire_gateway.outbox.verdict import Verdict

REASON: Final = (
    "Meta answered every request for this message with error 2, did not send it, and took messages to others meanwhile: it "
    "does so when the person has blocked the account. Nothing automatic goes until they write; replay it then"
)
_TEMPORARY: Final = 2
_OFTEN: Final = 2
"""Such answers to one message, each proved to mean that it was not sent."""


class Suspects:
    """Tells whom to suspect.

    Args:
        notes: what was answered.
        budgets: tell when something went well for an account.
        memory: is told of suspects: nothing automatic goes to them until they write.
    """

    def __init__(self, notes: Notes, budgets: Budgets, memory: Memory) -> None:
        self._notes = notes
        self._budgets = budgets
        self._memory = memory

    def note(self, row: Outbound, verdict: Verdict) -> None:
        """A request had an answer."""
        if verdict.state == "unknown" and verdict.error is not None and verdict.error.code == _TEMPORARY:
            self._notes.silences.setdefault(row.id, []).append(row.began or 0)

    def suspect(self, row: Outbound) -> bool:
        """Whether the person of a message that was not sent, and is given up, is suspect; noted where they are."""
        began = self._notes.silences.get(row.id, [])
        budget = self._budgets.of((row.conversation.object, row.conversation.account))
        if row.target or len(began) < _OFTEN or budget.succeeded_at <= began[0]:
            return False
        self._memory.unreachable(row.conversation)
        return True
