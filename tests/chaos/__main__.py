"""``python -m tests.chaos --rounds N [--seed S]``; the last line is the ledger, the exit code says whether it is clean."""

import argparse
import asyncio
import sys

from tests.chaos.run import run


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    ledger = asyncio.run(run(given.rounds, given.seed, print))
    print(ledger)
    return 0 if ledger.clean else 1


if __name__ == "__main__":
    sys.exit(main())
