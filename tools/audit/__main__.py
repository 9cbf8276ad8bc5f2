"""``python -m tools.audit [--advisories COPY]``.

Ends with 0 if all is clean, 1 if a vulnerability is known, and 3 if it could not be found out.
"""

import argparse
import sys
from pathlib import Path

from .advisories import findings
from .online import ask
from .pins import FILES, pinned

UNKNOWN = 3


def main(words: list[str]) -> int:
    """Look, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__)
    parser.add_argument(
        "--advisories", type=Path, help="OSV's all.zip for PyPI, or a folder of its files; asks nobody."
    )
    copy = parser.parse_args(words).advisories
    pins = pinned(*FILES)
    found, unknown = (findings(copy, pins), []) if copy else ask(FILES)
    for one in found:
        print(f"{one.package} {one.version}: {one.advisory} {one.summary}")
    if found:
        return 1
    if unknown:
        print(
            f"NOT AUDITED: nothing could be learnt of {len(unknown)} of {len(pins)} packages: {', '.join(unknown[:8])} ..."
        )
        print(
            "Run it where the package index tells vulnerabilities, or give a copy of the advisories: --advisories all.zip"
        )
        return UNKNOWN
    print(f"{len(pins)} packages, no known vulnerability")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
