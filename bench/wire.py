"""What reading a delivery body costs, beside a bare JSON decode of the same bytes.

`python -m bench.wire` prints microseconds a body and ratios. The steps are taken in turns in one process, the best round of each
counts, so that a noisy neighbour spoils all of them or none.
"""

import timeit
from collections.abc import Callable

import msgspec

from bench.bodies import body
from pagewire import samples
from pagewire.wire import event_of, read
from pagewire.wire._split import read_any

ROUNDS, TIMES = 15, 4000
RECEIVED = 1_790_000_000_500

Step = Callable[[], object]


def steps() -> dict[str, Step]:
    """What is measured; the first is what the others are compared with."""
    one, edit = body(1), samples.body("messenger/message_edit")
    whole = msgspec.json.Decoder()
    (message,), (edited,) = read(one, RECEIVED).items, read(edit, RECEIVED).items
    return {
        f"bare msgspec decode, {len(one)} bytes": lambda: whole.decode(one),
        "wire.read, an ordinary message": lambda: read(one, RECEIVED),
        "the same without the short cut": lambda: read_any(one, RECEIVED),
        "wire.read, a message edit": lambda: read(edit, RECEIVED),
        "Item.id, a message": lambda: message.id,
        "wire.event_of, a message": lambda: event_of(message, RECEIVED),
        "wire.event_of, a message edit": lambda: event_of(edited, RECEIVED),
    }


def measured(found: dict[str, Step]) -> dict[str, float]:
    """Microseconds of each step, best of its rounds."""
    timers = {name: timeit.Timer(step) for name, step in found.items()}
    best = dict.fromkeys(found, float("inf"))
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            best[name] = min(best[name], timer.timeit(TIMES) / TIMES * 1e6)
    return best


def main() -> None:
    """Print the table."""
    costs = measured(steps())
    bare = next(iter(costs.values()))
    print(f"{'':40} {'µs':>7} {'ratio':>7}")
    for name, cost in costs.items():
        print(f"{name:40} {cost:7.2f} {cost / bare:7.2f}")


if __name__ == "__main__":
    main()
