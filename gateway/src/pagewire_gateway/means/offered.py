"""Makes what contexts offer."""

from collections.abc import Callable

from pagewire.context import AccountInfo
from pagewire.stores import Store
from pagewire_gateway.means.bound import BoundStore, NoConversation
from pagewire_gateway.means.data import Place, PluginData
from pagewire_gateway.registry.port import Account


class Means:
    """What a process offers all plugins.

    Args:
        data: where plugins keep things.
    """

    def __init__(self, data: PluginData) -> None:
        self.data = data

    def store(self, plugin: str, account: Account, person: str | None, gone: Callable[[], bool]) -> Store:
        """A plugin's store for a conversation; one that says why there is none if the event has no person."""
        if not person:
            return NoConversation()
        return BoundStore(self.data, Place(plugin, account.object, account.id, person), gone)

    def account_store(self, plugin: str, account: Account | AccountInfo) -> Store:
        """A plugin's store for an account."""
        return BoundStore(self.data, Place(plugin, account.object, account.id), _nobody)


def _nobody() -> bool:
    return False
