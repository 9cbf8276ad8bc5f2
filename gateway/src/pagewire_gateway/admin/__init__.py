"""The admin port: probes, metrics and the API behind CLI and console. Never public.

`create_admin_app` makes it; `pagewire_gateway.admin.ports` says what it asks of the gateway. The application is loaded when
it is asked for: dispatch, outbox and commands use the light parts of this package without Litestar.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pagewire_gateway.admin.exposure import check_admin_exposure

if TYPE_CHECKING:
    from pagewire_gateway.admin.app import create_admin_app

__all__ = ["check_admin_exposure", "create_admin_app"]


def __getattr__(name: str) -> Any:
    if name == "create_admin_app":
        return import_module("pagewire_gateway.admin.app").create_admin_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
