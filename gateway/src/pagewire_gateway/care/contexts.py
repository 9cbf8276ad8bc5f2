"""What hooks without an event are told."""

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from pagewire.context import AccountInfo
from pagewire.stores import Store

_log = logging.getLogger("pagewire.plugin")

Log = logging.LoggerAdapter[Any]


class AccountContext:
    """A `pagewire.context.PageContext`.

    Args:
        plugin: its name.
        account: what it is about.
        config: the plugin's configuration for it.
        account_store: what the plugin keeps for it.
    """

    def __init__(self, plugin: str, account: AccountInfo, config: Any, account_store: Store) -> None:
        self.account = account
        self.account_store = account_store
        self.config = config
        self.log: Log = logging.LoggerAdapter(_log.getChild(plugin), {"plugin": plugin, "account": account.id})


class Standing:
    """A `pagewire.context.HealthContext`; configurations are read only if the plugin asks for them."""

    def __init__(self, plugin: str, read: Callable[[], Mapping[AccountInfo, Any]]) -> None:
        self.log: Log = logging.LoggerAdapter(_log.getChild(plugin), {"plugin": plugin})
        self._read = read

    @cached_property
    def configs(self) -> Mapping[AccountInfo, Any]:
        """See `pagewire.context.HealthContext`."""
        return self._read()
