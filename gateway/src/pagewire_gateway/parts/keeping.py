"""What all journals have together: forgetting people, ending logins, healing gaps, and telling plugins of their accounts."""

from pagewire_gateway.callbacks.desk import Callbacks
from pagewire_gateway.callbacks.endings import Endings
from pagewire_gateway.callbacks.matching import IdMatching
from pagewire_gateway.care.pages import Pages
from pagewire_gateway.healing.healer import Healer
from pagewire_gateway.journal.port import JournalFront
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.common import Common
from pagewire_gateway.parts.engine import Work
from pagewire_gateway.people.carrying import Carrier
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.erasing import Eraser
from pagewire_gateway.people.telling import Teller


class Keeping:
    """The parts.

    Args:
        common: what the process has once.
        journal: all events, wherever they are.
        eraser: erases people from wherever they are.
    """

    def __init__(self, common: Common, journal: JournalFront, eraser: Eraser) -> None:
        settings = common.settings
        self._common = common
        self.deletion = Deletion(common.people, eraser, common.bars, now)
        teller = Teller(settings.dispatch.hook_timeout, settings.deletion, common.means)
        carrier = Carrier(self.deletion, common.people, eraser, common.plugins, common.registry, teller, now)
        self.endings = Endings(common.registry, common.logins.keeper, common.people, self.deletion, now)
        carrier.ending = self.endings
        pages = Pages(common.plugins, common.registry, settings.dispatch.hook_timeout, common.means)
        common.apart.introduce = pages.introduce
        self.healer = Healer(
            common.people, journal, common.registry, common.clients, common.budgets,
            self.deletion.forgotten_until, settings.healing, now,
        )  # fmt: skip
        self.works: tuple[Work, ...] = (carrier.run, self.healer.run, pages.run)
        """What runs in one process at a time."""

    def callbacks(self) -> Callbacks:
        """What answers Meta's call-backs."""
        common = self._common
        matching = IdMatching(common.logins.graph, common.registry)
        return Callbacks(common.registry, self.endings, self.deletion, matching, now)
