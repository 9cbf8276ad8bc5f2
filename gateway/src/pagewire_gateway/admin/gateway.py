"""The gateway as the admin port sees it. `pagewire_gateway.app.Gateway` is one."""

from collections.abc import Mapping
from typing import Protocol

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from pagewire_gateway.access.door import Access
from pagewire_gateway.admin.ports import ProcessInfo, Steering
from pagewire_gateway.audit.port import Audit
from pagewire_gateway.care.health import HealthWatch
from pagewire_gateway.care.mistakes import Mistakes
from pagewire_gateway.config import Settings
from pagewire_gateway.healing.healer import Healer
from pagewire_gateway.journal.port import JournalFront
from pagewire_gateway.login.opening import Logins
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.desk import Linking
from pagewire_gateway.people.matching import Matcher
from pagewire_gateway.people.store import Store
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.replays import Replays
from pagewire_gateway.telemetry.choosing import Choice
from pagewire_gateway.telemetry.history import History


class GatewayView(Protocol):
    """What the admin port reads and steers."""

    @property
    def settings(self) -> Settings:
        """How it was started."""
        ...

    @property
    def journal(self) -> JournalFront:
        """Events, lanes and outbox rows on disk."""
        ...

    @property
    def registry(self) -> Registry:
        """Apps, accounts and enabled plugins."""
        ...

    @property
    def plugins(self) -> Mapping[str, Plugin]:
        """The plugins at work, by name."""
        ...

    @property
    def steering(self) -> Steering:
        """The lanes at work, and what is on its way to Meta."""
        ...

    @property
    def health(self) -> HealthWatch:
        """What plugins say of themselves."""
        ...

    @property
    def mistakes(self) -> Mistakes:
        """What is wrong with the resources, and what plugins do not take of them."""
        ...

    @property
    def processes(self) -> Mapping[str, ProcessInfo]:
        """Those of plugins that run in one of their own now, by the plugin's name."""
        ...

    @property
    def last_events(self) -> Mapping[tuple[str, str], int]:
        """When the last event of each (object, account) came in, as far as the journal's end tells; milliseconds since 1970."""
        ...

    @property
    def logins(self) -> Logins:
        """Facebook Login and Instagram Login."""
        ...

    @property
    def people(self) -> Store:
        """Scoped ids, profiles, links and deletions on disk."""
        ...

    @property
    def linking(self) -> Linking:
        """Takes assertions of who is one person."""
        ...

    @property
    def matcher(self) -> Matcher:
        """Asks Meta who is one person."""
        ...

    @property
    def deletion(self) -> Deletion:
        """Forgets people."""
        ...

    @property
    def healer(self) -> Healer:
        """Finds what no webhook brought."""
        ...

    @property
    def access(self) -> Access:
        """Who may reach the admin port."""
        ...

    @property
    def audit(self) -> Audit:
        """Who changed or saw what."""
        ...

    @property
    def history(self) -> History:
        """The last hour in figures."""
        ...

    @property
    def replays(self) -> Replays:
        """Hands many events to plugins again."""
        ...

    @property
    def choosing(self) -> Choice:
        """Whose next events are traced."""
        ...


GatewayHere = NamedDependency[SkipValidation[GatewayView]]
"""The type under which a handler asks for the gateway."""
