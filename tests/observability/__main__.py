"""``python -m tests.observability [--only FAULT] [--keep]``: the proof that docs/explanation/dashboards.md tells of."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.observability import report
from tests.observability.faults import FAULTS
from tests.observability.run import prove


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.observability")
    parser.add_argument("--only", action="append", choices=[fault.name for fault in FAULTS])
    parser.add_argument(
        "--keep",
        type=Path,
        nargs="?",
        const=report.KEPT,
        help="write the result file of the documentation, or this one",
    )
    given = parser.parse_args()
    faults = [fault for fault in FAULTS if given.only is None or fault.name in given.only]
    with tempfile.TemporaryDirectory(prefix="pagewire-proof-") as folder:
        result = asyncio.run(prove(Path(folder), faults, lambda line: print(line, flush=True)))
    print(report.table(result))
    if given.keep:
        report.keep(result, given.keep)
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
