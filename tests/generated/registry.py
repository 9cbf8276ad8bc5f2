"""Which files are generated, and by what."""

from collections.abc import Callable
from typing import NamedTuple

from tests.generated import events_page, hooks_page


class Generated(NamedTuple):
    """One file: its path from the root of the repository, and the function that gives its text."""

    path: str
    text: Callable[[], str]


GENERATED: tuple[Generated, ...] = (
    Generated("docs/reference/events.md", events_page.text),
    Generated("docs/reference/hooks.md", hooks_page.text),
)
