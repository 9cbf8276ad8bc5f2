"""Every scenario, in the order in which it is played."""

from tests.chaos.scenario import Scenario
from tests.chaos.scenarios import kills, machine, meta, nats, plugins, restarts, silence

TABLE: tuple[Scenario, ...] = (
    *kills.TABLE,
    *restarts.TABLE,
    *machine.TABLE,
    *plugins.TABLE,
    *meta.TABLE,
    *nats.TABLE,
    *silence.TABLE,
)


def scenario_of(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        KeyError: there is none.
    """
    return {scenario.name: scenario for scenario in TABLE}[name]
