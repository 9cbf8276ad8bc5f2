"""The two ports of a gateway."""

import logging

from pagewire_gateway import files
from pagewire_gateway.admin import create_admin_app
from pagewire_gateway.admin.gateway import GatewayView
from pagewire_gateway.callbacks.routes import callback_routes
from pagewire_gateway.config import Settings
from pagewire_gateway.ingress import Ingress, WholeDeliveries, create_public_app
from pagewire_gateway.journal.port import Appender
from pagewire_gateway.login.routes import login_routes
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.common import Common
from pagewire_gateway.parts.keeping import Keeping
from pagewire_gateway.serving import Listener
from pagewire_gateway.telemetry.choosing import CHOOSING

log = logging.getLogger(__name__)

_ADMIN_GRACE = 1.0


def public_port(common: Common, keeping: Keeping, journal: Appender) -> Listener:
    """The port for webhooks, logins and call-backs; not open yet."""
    settings = common.settings
    CHOOSING.follow(common.registry.account)
    ingress = Ingress(common.registry, journal, settings.ingress, now, common.bars.admitted)
    app = create_public_app(ingress, login_routes(common.logins.door), callback_routes(keeping.callbacks()))
    whole = WholeDeliveries(ingress)
    return Listener(app, settings.public, settings.stop_grace, _connections(settings), whole)


def admin_port(gateway: GatewayView) -> Listener:
    """The port for operators; not open yet."""
    return Listener(create_admin_app(gateway), gateway.settings.admin, _ADMIN_GRACE)


def _connections(settings: Settings) -> int:
    wanted = settings.ingress.connections
    allowed = files.connections(wanted, open_files := files.raise_limit())
    if allowed < wanted:
        log.warning(
            "%d open files allow %d connections on the public port, not %d: raise the limit (ulimit -n)",
            open_files,
            allowed,
            wanted,
        )
    return allowed
