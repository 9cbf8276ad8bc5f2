"""What a process has once, however many journals it works on."""

from collections.abc import Mapping

from msgspec import Struct

from pagewire.graph import open_http
from pagewire_gateway.access.door import Access
from pagewire_gateway.apart import Apart, Limits
from pagewire_gateway.audit.port import Audit
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.budgets.sharing import Shares
from pagewire_gateway.care.health import HealthWatch
from pagewire_gateway.care.mistakes import Mistakes
from pagewire_gateway.config import Settings
from pagewire_gateway.isolation import Quarantine, Watchdog
from pagewire_gateway.login.opening import Logins
from pagewire_gateway.login.spent import Once
from pagewire_gateway.means.data import PluginData
from pagewire_gateway.means.offered import Means
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.parts.clock import now
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.people.desk import Linking
from pagewire_gateway.people.matching import Matcher
from pagewire_gateway.people.store import Store
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.profiles import Profiles
from pagewire_gateway.registry.opening import open_registry
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.telemetry.history import History
from pagewire_gateway.threads import Threads


class Stores(Struct, frozen=True):
    """What lies beside the journal.

    Attributes:
        people: scoped ids, profiles, links, deletions.
        spent: what can be used once.
        data: what plugins keep.
        audit: who changed or saw what.
        shares: budgets of other processes; ``None`` if there are none.
    """

    people: Store
    spent: Once
    data: PluginData
    audit: Audit
    shares: Shares | None = None


class Common:
    """The parts.

    Args:
        settings: everything that can be set.
        plugins: by name.
        stores: what lies beside the journal.
    """

    def __init__(self, settings: Settings, plugins: Mapping[str, Plugin], stores: Stores) -> None:
        self.settings, self.plugins = settings, plugins
        self.locks = stores.people.locks
        self.registry: Registry = open_registry(settings, self.locks)
        self.http = open_http(max_connections=settings.outbox.concurrency)
        self.clients = GraphClients(self.registry, self.http, settings.graph_url, settings.instagram_graph_url)
        self.people, self.audit = stores.people, stores.audit
        self.access = Access(settings, stores.spent, now)
        self.bars = Bars()
        self.quarantine = Quarantine(settings.data)
        limits = Limits(silence=settings.apart.silence, memory=settings.apart.memory_mb << 20)
        self.apart = Apart(
            plugins, settings.apart.plugins, settings.data, limits, settings.plugin_secrets, self.quarantine
        )
        self.watchdog = Watchdog(plugins, self.quarantine, settings.dispatch.loop_patience, self.apart.caught)
        self.means = Means(stores.data, settings.plugin_secrets, settings.private)
        self.budgets = Budgets(self.registry, settings.outbox.limits, now, stores.shares)
        self.linking = Linking(self.people, self.registry, now)
        self.matcher = Matcher(self.people, self.registry, self.clients, self.budgets, now, on=settings.id_matching)
        self.profiles = Profiles(self.clients, self.budgets, self.linking, now)
        self.logins = Logins(settings, self.registry, self.http, now, stores.spent, self.locks)
        self.health = HealthWatch(plugins, self.registry, settings.care, now)
        self.mistakes = Mistakes(plugins, self.registry, all_installed=settings.plugins is None)
        # Places of a shared journal are moments in time; how many events it holds is the next best.
        self.history = History(lambda stats: stats.events if settings.journal else stats.last_seq)
        self.threads = {name: Threads(f"plugin-{name}", settings.dispatch.threads) for name in plugins}

    async def aclose(self) -> None:
        """End the processes of plugins, close what speaks with Meta and the cluster, then the store of people."""
        await self.apart.aclose()
        for threads in self.threads.values():
            threads.shutdown(cancel_futures=True)
        await self.access.aclose()
        await self.registry.aclose()
        await self.logins.aclose()
        await self.http.aclose()
        await self.profiles.aclose()
        await self.people.aclose()
        await self.means.aclose()
