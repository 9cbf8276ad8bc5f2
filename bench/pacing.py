"""Far too much to say on one Page, for a minute: what the simulator counts.

    python -m bench.pacing [SECONDS]

Fifty people write ten times as much as the Page may answer. Prints one JSON line: every answer is sent or waits
its turn, the order of each conversation holds, and no limit of Meta's is broken. Ends with 1 if that is not so.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import msgspec

from pagewire_gateway.budgets import Limits
from tests.pagewire_gateway.outbox.flood import Counted, flood


def main() -> int:
    """Run it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        counted = asyncio.run(flood(Path(folder), seconds=seconds, a_second=10 * Limits().rate, drain=False))
    sys.stdout.write(msgspec.json.encode(counted).decode() + "\n")
    return int(not _well(counted))


def _well(counted: Counted) -> bool:
    lost = counted.offered - counted.sent - counted.waiting
    # An answer on its way is counted twice: Meta has it, and its row waits for Meta's word.
    return not (counted.violations or counted.disorder or counted.ended or lost > 0)


if __name__ == "__main__":
    sys.exit(main())
