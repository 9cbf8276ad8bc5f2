"""Who goes next: fair between plugins, and between the conversations of one plugin. Pure."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from pagewire_gateway.budgets.calls import CALLS, Call

Waiter = TypeVar("Waiter")


class Turns(Generic[Waiter]):
    """Waiters by kind of call and by plugin.

    Plugins take turns, whatever each of them has waiting; so one that floods delays nobody but itself. Within a plugin it is
    first come, first served; as each conversation has one waiter at most, its conversations take turns too.
    """

    def __init__(self) -> None:
        self._queues: dict[Call, OrderedDict[str, deque[Waiter]]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, call: Call, plugin: str, waiter: Waiter) -> None:
        """Stand in line."""
        self._queues.setdefault(call, OrderedDict()).setdefault(plugin, deque()).append(waiter)
        self._count += 1

    def calls(self) -> Iterator[Call]:
        """Kinds of calls that somebody waits for, what people wait for most first."""
        return (call for call in CALLS if call in self._queues)

    def next(self, call: Call) -> Waiter:
        """Whose turn it is; they leave the line, and their plugin goes to the end.

        Raises:
            KeyError: nobody waits for such a call.
        """
        plugins = self._queues[call]
        plugin, line = next(iter(plugins.items()))
        waiter = line.popleft()
        self._count -= 1
        if line:
            plugins.move_to_end(plugin)
        else:
            del plugins[plugin]
            if not plugins:
                del self._queues[call]
        return waiter
