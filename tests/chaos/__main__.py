"""``python -m tests.chaos [--rounds N] [--only NAME] [--seed S] [--keep]``: every scenario; the last line is the ledger of all.

The exit code says whether everything held. `--keep` puts each outcome into the result file, from which documentation is made.
"""

import argparse
import asyncio
import sys

from tests.chaos import report
from tests.chaos.run import play
from tests.chaos.scenario import Outcome, Scenario
from tests.chaos.scenarios import TABLE


async def _play_all(scenarios: list[Scenario], rounds: int | None, seed: int, *, keep: bool) -> list[Outcome]:
    outcomes = []
    for scenario in scenarios:
        print(f"{scenario.name}: {scenario.does}", flush=True)
        outcomes.append(await play(scenario, rounds, seed, lambda line: print(f"  {line}", flush=True)))
        print(f"  {report.line(outcomes[-1])}", flush=True)
        if keep:
            report.keep(outcomes[-1:])
    return outcomes


def main() -> int:
    names = [scenario.name for scenario in TABLE]
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--rounds", type=int, help="rounds of each scenario, where its own number is not given")
    parser.add_argument("--only", action="append", choices=names, help="this scenario; may be given several times")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write the result file of the documentation")
    given = parser.parse_args()
    scenarios = [one for one in TABLE if given.only is None or one.name in given.only]
    outcomes = asyncio.run(_play_all(scenarios, given.rounds, given.seed, keep=given.keep))
    print(report.table(outcomes))
    print(report.total(outcomes))
    return 0 if all(outcome.clean for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
