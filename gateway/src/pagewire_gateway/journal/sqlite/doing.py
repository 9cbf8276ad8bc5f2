"""How shared verbs have deeds done, whatever carries them to the writer."""

from collections.abc import Awaitable
from typing import Protocol, TypeVar

from pagewire_gateway.journal.sqlite.deeds import Deed

Value = TypeVar("Value")


class Do(Protocol):
    """Has a deed done; what it returns comes once it is durable."""

    def __call__(self, deed: Deed[Value], /) -> Awaitable[Value]:
        """Have it done."""
