"""``python -m tests.chaos.child serve ...``: the ``pagewire`` command, with what only a test may do to it.

It dies at a named step (``CHAOS_DIE_AT``), lives by a clock that a test moves (``CHAOS_CLOCK``), and writes to a disk that takes
its time (``CHAOS_SLOW_DISK``). None of this is in the product: a gateway that could be told to die would be one more to guard.
"""

import os
from pathlib import Path

from tests.chaos import clock


def main() -> None:
    """Prepare the process, then run the command."""
    clock.follow(Path(os.environ["CHAOS_CLOCK"]))
    from tests.chaos import deaths, slow_disk

    if at := os.environ.get("CHAOS_DIE_AT"):
        deaths.arm(at, Path(os.environ["CHAOS_DIED"]))
    if file := os.environ.get("CHAOS_SLOW_DISK"):
        slow_disk.follow(Path(file))
    from pagewire_gateway.cli.root import main as command

    command()


if __name__ == "__main__":
    main()
