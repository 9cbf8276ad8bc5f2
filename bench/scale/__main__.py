"""The plan for the full size, simulated and kept: ``python -m bench.scale [SECONDS]``; takes about a minute.

The simulation has the plan's processes, three seconds of a million events a minute, and half a million conversations. It reads
what ``bench.scale.registry``, ``cluster``, ``nats`` and ``gateway`` kept: run those first for figures of this machine.
"""

import sys
from typing import Any

from bench.scale.kept import costs, keep, kept
from bench.scale.model import Plan, World, plan
from bench.scale.simulate import Town, simulate

CONVERSATIONS = 500_000


def town(world: World, planned: Plan, seconds: float, **changes: Any) -> Town:
    """The plan as a simulation has it."""
    found = costs()
    usual = Town(
        events=world.events,
        seconds=seconds,
        conversations=CONVERSATIONS,
        graph_seconds=world.graph_seconds,
        ingress_us=found.ingress_us,
        work_us=found.work_us,
        commit_seconds=kept("nats")["replicated"]["ack_ms"] / 1e3,
        ingress_processes=planned.ingress_processes,
        workers=planned.workers,
        partitions=planned.partitions,
    )
    return usual._replace(**changes)


def variants(planned: Plan) -> dict[str, dict[str, Any]]:
    """What is asked of the simulation: the plan, and what happens where it is cut short."""
    fewer = max(1, round(planned.workers * 0.6))
    return {
        "as planned": {},
        "two partitions a worker": {"partitions": 2 * planned.workers},
        "one partition a worker": {"partitions": planned.workers},
        "workers as if cores could be full": {"workers": fewer},
        "a fifth of the requests at once": {"in_flight": 51},
    }


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    world = World()
    planned = plan(world, costs())
    rows = []
    for name, changes in variants(planned).items():
        one = town(world, planned, seconds, **changes)
        found = simulate(one)
        told = {field: round(value, 2) for field, value in found._asdict().items()}
        rows.append({"name": name, "workers": one.workers, "partitions": one.partitions, **told})
        print(rows[-1], flush=True)
    keep("simulated", {"seconds": seconds, "conversations": CONVERSATIONS, "rows": rows})


if __name__ == "__main__":
    main()
