"""All alerts, by file and group."""

from typing import Final

from tools.alerts import accounts, gateway, operating, promises, sending
from tools.alerts.model import Alert

FILES: Final[dict[str, dict[str, tuple[Alert, ...]]]] = {
    "pagewire-gateway": {
        "pagewire-promises": promises.ALERTS,
        "pagewire-gateway": gateway.ALERTS,
        "pagewire-replies": sending.REPLIES,
        "pagewire-plugins": sending.PLUGINS,
        "pagewire-accounts": accounts.OF_THE_GATEWAY,
    },
    "pagewire-operator": {
        "pagewire-operator": operating.ALERTS,
        "pagewire-tokens": accounts.OF_THE_OPERATOR,
    },
}
"""Groups by file. Who runs no operator leaves its file out."""

ALERTS: Final = tuple(alert for groups in FILES.values() for alerts in groups.values() for alert in alerts)
