"""Opens processes on NATS; a gateway without NATS does without its client."""

from importlib import import_module
from typing import TYPE_CHECKING

from pagewire_gateway.config import Settings, SettingsError

if TYPE_CHECKING:
    from pagewire_gateway.workers.serving import Serving
    from pagewire_gateway.workers.working import Working

_SCHEMES = ("nats://", "tls://")


def open_serving(settings: Settings) -> "Serving":
    """A process that takes webhooks, to be entered.

    Raises:
        SettingsError: the URL names no servers, or the client is not installed.
    """
    _check(settings)
    serving: Serving = import_module("pagewire_gateway.workers.serving").Serving(settings)
    return serving


def open_working(settings: Settings) -> "Working":
    """A process that works, to be entered.

    Raises:
        SettingsError: as for `open_serving`.
    """
    _check(settings)
    working: Working = import_module("pagewire_gateway.workers.working").Working(settings)
    return working


def _check(settings: Settings) -> None:
    if not all(server.strip().startswith(_SCHEMES) for server in settings.journal.split(",")):
        raise SettingsError(
            f"the journal must look like nats://HOST:PORT, with commas between several servers, not {settings.journal!r}"
        )
    try:
        import_module("nats")
    except ModuleNotFoundError as error:
        raise SettingsError("for a journal on NATS, install the extra: pip install 'pagewire-gateway[nats]'") from error
