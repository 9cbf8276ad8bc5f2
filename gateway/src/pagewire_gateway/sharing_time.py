"""How long a thread keeps the interpreter while another one waits for it."""

import sys

_SECONDS = 0.001


def hand_over_sooner() -> None:
    """Hand the interpreter over after a fifth of Python's own time.

    The journal's writer needs it for a moment after each statement. While the event loop is busy Python would let it wait
    for five milliseconds each time, which is longer than the fsync that deliveries wait for.
    """
    sys.setswitchinterval(_SECONDS)
