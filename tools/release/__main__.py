"""``python -m tools.release build|try|sign|verify|cut``: see docs/how-to/release.md."""

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

from .building import ReleaseError, build
from .cutting import cut
from .signing import sign, verify
from .trying import try_on


def main(words: list[str]) -> None:
    """Do one step of a release."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    for step in ("build", "try", "sign", "verify"):
        steps.add_parser(step).add_argument("--out", type=Path, default=Path("dist"))
    steps.choices["try"].add_argument("pythons", nargs="+", metavar="PYTHON")
    steps.choices["try"].add_argument("--pytest", type=shlex.split, default=[], metavar="WORDS")
    steps.choices["sign"].add_argument("--key", type=Path, required=True)
    steps.choices["verify"].add_argument("--signers", type=Path, required=True)
    steps.choices["verify"].add_argument("--identity", required=True)
    steps.add_parser("cut").add_argument("version")
    given = parser.parse_args(words)
    match given.step:
        case "build":
            print(*(one.name for one in build(given.out)), "built twice, with the same bytes", sep="\n")
        case "try":
            for python in given.pythons:
                with tempfile.TemporaryDirectory() as folder:
                    try_on(given.out.resolve(), Path(folder) / "venv", python, tuple(given.pytest))
        case "sign":
            print(sign(given.out, given.key))
        case "verify":
            print(*verify(given.out, given.signers, given.identity), "are what was signed", sep="\n")
        case "cut":
            print(f"{cut(given.version)} is made; look at it, then push the branch and the tag")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ReleaseError as error:
        sys.exit(f"Error: {error}")
