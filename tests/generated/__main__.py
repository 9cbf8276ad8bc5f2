"""Write the generated files, or check that they are fresh."""

import argparse
import sys
from pathlib import Path

from tests.generated.registry import GENERATED

ROOT = Path(__file__).parents[2]


def stale() -> list[str]:
    """Paths of files that are missing or not what their generator gives."""
    return [path for path, text in GENERATED if not (ROOT / path).is_file() or (ROOT / path).read_text() != text()]


def write() -> None:
    """Write every generated file."""
    for path, text in GENERATED:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text())


def main() -> int:
    """Run from the command line; 1 means that a file is stale."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a file is stale")
    if not parser.parse_args().check:
        write()
        return 0
    found = stale()
    for path in found:
        sys.stderr.write(f"{path} is stale: run python -m tests.generated\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
