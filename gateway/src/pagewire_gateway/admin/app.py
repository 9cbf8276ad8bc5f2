"""The admin port as a Litestar application."""

from importlib.metadata import version

from litestar import Litestar
from litestar.di import Provide

from pagewire_gateway.admin import (
    audit,
    backups,
    conversations,
    docs,
    events,
    healing,
    logins,
    matching,
    people,
    probes,
    replays,
    state,
    tracing,
    work,
)
from pagewire_gateway.admin.exposure import check_admin_exposure
from pagewire_gateway.admin.gateway import GatewayView
from pagewire_gateway.admin.guard import Guard, harden
from pagewire_gateway.admin.queries import read_about, read_place, read_which
from pagewire_gateway.console.errors import EXCEPTIONS
from pagewire_gateway.console.routes import console
from pagewire_gateway.lightly import LightLitestar


def create_admin_app(gateway: GatewayView) -> Litestar:
    """The application behind the admin port.

    Args:
        gateway: what it shows and steers; `settings.admin`, `settings.admin_token` and `settings.access` say who may ask.

    Raises:
        SettingsError: strangers could reach the port.
    """
    settings = gateway.settings
    check_admin_exposure(settings)
    backups.sweep(settings.data)

    def this() -> GatewayView:
        return gateway

    return LightLitestar(
        route_handlers=[
            *(probes.healthz, probes.readyz, probes.metrics),
            *events.HANDLERS,
            *conversations.HANDLERS,
            *work.HANDLERS,
            *replays.HANDLERS,
            *state.HANDLERS,
            *people.HANDLERS,
            *healing.HANDLERS,
            *matching.HANDLERS,
            *logins.HANDLERS,
            *backups.HANDLERS,
            *audit.HANDLERS,
            *tracing.HANDLERS,
            *docs.HANDLERS,
            console(),
        ],
        dependencies={
            "gateway": Provide(this, sync_to_thread=False),
            "place": Provide(read_place),
            "about": Provide(read_about),
            "which": Provide(read_which),
        },
        middleware=[Guard(settings.admin.host, gateway.access, gateway.audit)],
        before_send=[harden],
        exception_handlers=EXCEPTIONS,
        openapi_config=docs.openapi(version("pagewire-gateway")),
        logging_config=None,
    )
