"""What the gateway relies on of a journal, whatever stores it.

A subclass gives one fixture, ``world`` (see `journal_world.World`): a journal that is started and empty, its clock, and a
way to open it once more as another process would.
"""

from tests.contracts.journal_appending import Appending, Conversations
from tests.contracts.journal_forgetting import Forgetting
from tests.contracts.journal_healing import Healing
from tests.contracts.journal_history import History
from tests.contracts.journal_lanes import Lanes, Leases, Replay, Settling
from tests.contracts.journal_outbox import Outbox
from tests.contracts.journal_views import Backups, Keeping, Views
from tests.contracts.journal_world import World

__all__ = ["JournalContract", "World"]


class JournalContract(
    Appending,
    Conversations,
    Lanes,
    Settling,
    Leases,
    Replay,
    Outbox,
    Views,
    Keeping,
    Backups,
    Forgetting,
    Healing,
    History,
):
    """The behaviour of a journal."""
