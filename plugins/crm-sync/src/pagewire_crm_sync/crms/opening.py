"""Opens targets, so that all that talk to one system heed its limits together."""

from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.crms.hubspot import HubSpotTarget
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.crms.salesforce import SalesforceTarget
from pagewire_crm_sync.crms.tryton import TrytonTarget
from pagewire_crm_sync.pace import Pace
from pagewire_crm_sync.pause import Pause
from pagewire_crm_sync.secrets import Secrets
from pagewire_crm_sync.settings import HubSpot, Salesforce
from pagewire_crm_sync.sink import Sink
from pagewire_crm_sync.target import Target

PERIOD = 10.0
"""Seconds in which CRMs count requests."""

_Portal = tuple[str, str]


class Opener:
    """Makes a target of a configuration.

    Args:
        clock: the time.
        secrets: where secrets and tokens come from.
    """

    def __init__(self, clock: Clock, secrets: Secrets) -> None:
        self._clock = clock
        self._secrets = secrets
        self._pauses: dict[_Portal, Pause] = {}
        self._paces: dict[_Portal, Pace] = {}

    def open(self, namespace: str, config: Config) -> Target:
        """A target; those with the same address and token share their pauses and their pace."""
        if config.crm is None:
            return Sink(config, namespace, self._pause((config.address, "")), self._clock, self._secrets)
        portal = (config.address, config.token_env or f"{namespace}/{config.token_file}")
        # The first configuration of a portal says how fast; a slower one beside it would be no limit at all.
        pace = self._paces.setdefault(portal, Pace(config.crm.requests_per_ten_seconds, PERIOD, self._clock))
        means = Means(config, namespace, self._pause(portal), pace, self._clock, self._secrets)
        if isinstance(config.crm, HubSpot):
            return HubSpotTarget(config.crm, means)
        if isinstance(config.crm, Salesforce):
            return SalesforceTarget(config.crm, means)
        return TrytonTarget(config.crm, means)

    def _pause(self, portal: _Portal) -> Pause:
        return self._pauses.setdefault(portal, Pause(self._clock))
