"""The parts by the names under which the admin port knows them."""

from collections.abc import Mapping

from pagewire_gateway.access.door import Access
from pagewire_gateway.admin.ports import ProcessInfo
from pagewire_gateway.audit.port import Audit
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.care.health import HealthWatch
from pagewire_gateway.care.mistakes import Mistakes
from pagewire_gateway.config import Settings
from pagewire_gateway.healing.healer import Healer
from pagewire_gateway.login.opening import Logins
from pagewire_gateway.parts.common import Common
from pagewire_gateway.parts.keeping import Keeping
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.desk import Linking
from pagewire_gateway.people.matching import Matcher
from pagewire_gateway.people.store import Store
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.profiles import Profiles
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.replays import Replays
from pagewire_gateway.telemetry.choosing import CHOOSING, Choice
from pagewire_gateway.telemetry.history import History


class Known:
    """Names for parts."""

    choosing: Choice = CHOOSING
    common: Common
    keeping: Keeping
    replays: Replays

    @property
    def settings(self) -> Settings:
        """How the gateway was started."""
        return self.common.settings

    @property
    def plugins(self) -> Mapping[str, Plugin]:
        """The plugins at work, by name."""
        return self.common.plugins

    @property
    def registry(self) -> Registry:
        """Apps, accounts and enabled plugins."""
        return self.common.registry

    @property
    def people(self) -> Store:
        """Scoped ids, profiles, links and deletions."""
        return self.common.people

    @property
    def budgets(self) -> Budgets:
        """What each account may ask of Meta."""
        return self.common.budgets

    @property
    def profiles(self) -> Profiles:
        """Who people are."""
        return self.common.profiles

    @property
    def logins(self) -> Logins:
        """Facebook Login and Instagram Login."""
        return self.common.logins

    @property
    def linking(self) -> Linking:
        """Takes assertions of who is one person."""
        return self.common.linking

    @property
    def matcher(self) -> Matcher:
        """Asks Meta who is one person."""
        return self.common.matcher

    @property
    def health(self) -> HealthWatch:
        """What plugins say of themselves."""
        return self.common.health

    @property
    def mistakes(self) -> Mistakes:
        """What is wrong with the resources."""
        return self.common.mistakes

    @property
    def processes(self) -> Mapping[str, ProcessInfo]:
        """Those of plugins that run in one of their own now."""
        return self.common.apart.processes()

    @property
    def access(self) -> Access:
        """Who may reach the admin port."""
        return self.common.access

    @property
    def audit(self) -> Audit:
        """Who changed or saw what."""
        return self.common.audit

    @property
    def history(self) -> History:
        """The last hour in figures."""
        return self.common.history

    @property
    def deletion(self) -> Deletion:
        """Forgets people."""
        return self.keeping.deletion

    @property
    def healer(self) -> Healer:
        """Finds what no webhook brought."""
        return self.keeping.healer
