"""Configurations go to a plugin's process once, and by their number afterwards: to read one takes longer than to call a hook."""

import itertools
from collections.abc import Callable
from typing import Any, Final

from pagewire_gateway.apart.words import Keep, Kept

_MOST: Final = 1024


class Told:
    """What a process was told to keep, as the gateway remembers it.

    Args:
        say: says something to the process.
    """

    def __init__(self, say: Callable[[Keep], None]) -> None:
        self._say = say
        self._numbers = itertools.count(1)
        self._known: dict[int, tuple[Kept, Any]] = {}

    def number(self, config: Any) -> Kept:
        """What stands for a configuration in a call; the process is told the configuration first, if it does not know it.

        Args:
            config: the same object for as long as it is the same configuration.
        """
        if id(config) not in self._known:
            anew = len(self._known) >= _MOST
            kept = Kept(next(self._numbers))
            self._say(Keep(number=kept.number, value=config, anew=anew))
            if anew:
                self._known.clear()
            self._known[id(config)] = kept, config  # as long as it is held here, no other object has its id
        return self._known[id(config)][0]


class Keeping:
    """What a process keeps."""

    def __init__(self) -> None:
        self._values: dict[int, Any] = {}

    def keep(self, told: Keep) -> None:
        """Keep one more."""
        if told.anew:
            self._values.clear()
        self._values[told.number] = told.value

    def value(self, config: Any) -> Any:
        """The configuration that a number stands for; anything else is one itself."""
        return self._values[config.number] if isinstance(config, Kept) else config
