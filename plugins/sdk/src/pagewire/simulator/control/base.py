"""What every part of the control API has in common: its path, who may call it, how it says no."""

from __future__ import annotations

from litestar import Controller
from litestar.exceptions import HTTPException

from pagewire.simulator.explain import explain, explain_http
from pagewire.simulator.guards import loopback_only, same_origin
from pagewire.simulator.people import Impossible
from pagewire.simulator.stored import Unknown


class Control(Controller):
    """Base of the control API's routes."""

    path = "/_control"
    guards = [loopback_only, same_origin]
    exception_handlers = {
        Unknown: explain(404),
        Impossible: explain(409),
        TimeoutError: explain(504),
        ValueError: explain(400),
        HTTPException: explain_http,
    }
