"""The brain: what each resource needs, decided and done. Knows Meta, knows no Kubernetes.

    brain = make_brain(Settings(), time.time)
    outcome = await brain.reconcile(resource, world, keeping)

`driver` is the one path every reconciliation takes; `kinds` lists who knows what about a kind. In each kind's folder
`plan` and `status` decide and do no I/O; `observe`, `calls` and `release` talk to Meta.
"""

from collections.abc import Callable

import httpx

from pagewire.graph.admin import Budget
from pagewire.graph.admin.caller import Watch
from pagewire.telemetry.calls import asked

from .driver import Driver
from .graphs import Graphs
from .kinds import make_kinds
from .plugins import NO_PLUGINS, Installed
from .settings import Settings, read_settings

__all__ = ["Driver", "Settings", "make_brain", "read_settings"]


def make_brain(
    settings: Settings,
    clock: Callable[[], float],
    *,
    budget: Budget | None = None,
    http: httpx.AsyncClient | None = None,
    plugins: Installed = NO_PLUGINS,
    watch: Watch = asked,
) -> Driver:
    """Make a brain. Close it with `Driver.aclose`.

    Args:
        settings: where Meta answers, and how often it is asked.
        clock: seconds since 1970.
        budget: of calls to Meta, if it is shared with others.
        http: used instead of a client of its own; its owner closes it.
        plugins: installed beside the operator; of others nothing is said.
        watch: is at work while Meta is asked something.
    """
    return Driver(make_kinds(plugins), Graphs(settings, budget=budget, http=http, watch=watch), settings, clock)
