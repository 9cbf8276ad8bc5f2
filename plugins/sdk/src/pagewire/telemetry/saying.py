"""What of a line of the log may leave the process. Closed by default, as `pagewire.telemetry.allowed` is. Pure.

The words of a line are constants of the program; what came in from outside can only be a value between them, and no value
passes that is not known to be harmless. Plugins and libraries may put anything into their words, so these stay here whole.
"""

import builtins
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

HIDDEN: Final = "*"
"""In the place of what does not pass."""
LARGEST: Final = 10**12
"""Numbers from here on may be ids of people."""

_OF_PLUGINS: Final = "pagewire.plugin"
"""Loggers that plugins are given."""
_PLACES: Final = re.compile(r"%(?:%|[-#0 +]*\d*(?:\.\d+)?[a-zA-Z])")
_ERRORS: Final = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)


class Vocabulary:
    """Whose lines are told, and which values.

    Args:
        packages: whose loggers write lines of which the words are constants; of all other lines no word is told.
        names: of what is installed, as plugins.
        kinds: whose text is the name of a resource.
    """

    def __init__(
        self, packages: Iterable[str] = (), names: Iterable[str] = (), kinds: Iterable[type[object]] = ()
    ) -> None:
        self._packages = frozenset(packages)
        self.names = frozenset(names)
        self._kinds = tuple(kinds)

    def line(self, logger: str, template: object, values: object) -> str:
        """A line of the log with `HIDDEN` in the place of what may not leave.

        Args:
            logger: who writes it.
            template: of the line, with places as in ``%s``.
            values: what is put into these places, as `logging.LogRecord.args` has it.
        """
        if logger.partition(".")[0] not in self._packages or logger.startswith(_OF_PLUGINS):
            return HIDDEN
        if not isinstance(template, str):
            return self.value(template)
        if not values:
            return template
        rest = iter(values if isinstance(values, tuple) else ())
        return _PLACES.sub(lambda place: self._filled(place[0], rest), template)

    def value(self, value: object) -> str:
        """A value as text, if it is a number, an error's class, a constant or a name that is known."""
        if isinstance(value, Enum):
            return str(value.value)
        if isinstance(value, bool | int | float):
            return str(value) if abs(value) < LARGEST else HIDDEN
        if isinstance(value, BaseException):
            return type(value).__name__
        if isinstance(value, str):
            return value if value in self.names or value in _ERRORS else HIDDEN
        return str(value) if isinstance(value, self._kinds) else HIDDEN

    def _filled(self, place: str, rest: Iterator[object]) -> str:
        if place == "%%":
            return "%"
        value = next(rest, None)
        if isinstance(value, int | float) and not isinstance(value, Enum) and abs(value) < LARGEST:
            return place % value
        return self.value(value)
