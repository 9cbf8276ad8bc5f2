"""One target with atheris, which looks for inputs that reach new code: ``guided TARGET CORPUS [flags of libFuzzer]``."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pagewire", "pagewire_gateway", "yaml"]):
    from tests.fuzz.targets import TARGETS, timed


def main() -> None:
    """Fuzz until libFuzzer's flags say that it is enough."""
    name, corpus, *flags = sys.argv[1:]
    (target,) = (one for one in TARGETS if one.name == name)
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *flags, corpus], lambda data: timed(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
