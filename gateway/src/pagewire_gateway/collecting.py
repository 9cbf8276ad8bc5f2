"""How often Python looks for cycles of garbage."""

import gc

_NEW_OBJECTS = 50_000


def collect_garbage_rarely() -> None:
    """Look for cycles a seventieth as often as Python would, and never among what lives as long as the process.

    Almost everything here is freed by counting references. Python's own rhythm suits programs that hold little: with a
    registry and a backlog in memory it took a fifth of the gateway's time. To be called once all is set up.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)
