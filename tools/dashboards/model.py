"""What a dashboard is made of, before it becomes Grafana's JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Look(StrEnum):
    """How a panel shows its numbers."""

    STAT = "stat"
    LINES = "timeseries"
    TABLE = "table"


class Uid(StrEnum):
    """Our dashboards; the values are their addresses in Grafana and stay."""

    OVERVIEW = "pagewire-overview"
    JOURNAL = "pagewire-journal"
    OUTBOX = "pagewire-outbox"
    PAGES = "pagewire-pages"
    OPERATOR = "pagewire-operator"
    PLUGINS = "pagewire-plugins"


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes:
        title: what it shows, unique on its dashboard.
        says: what it means, and what to do when it looks bad.
        queries: PromQL by legend; ``@`` in a selector stands for what the dashboard's variables choose.
        unit: Grafana's name of it.
        look: how it is shown.
        bad: values from which it turns orange and red; descending if small is bad.
        words: what values mean.
        to: the dashboard that tells more.
        width: of 24.
    """

    title: str
    says: str
    queries: Mapping[str, str]
    unit: str = "short"
    look: Look = Look.LINES
    bad: tuple[float, float] | None = None
    words: Mapping[int, str] = field(default_factory=dict)
    to: Uid | None = None
    width: int = 8


@dataclass(frozen=True)
class Row:
    """Panels that belong together."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Variable:
    """Something to choose by.

    Attributes:
        name: the label it chooses by.
        of: the series whose label's values are offered.
        label: the label, if it is called otherwise.
        every: what stands for all; ``.+`` where the label is always there.
    """

    name: str
    of: str
    label: str = ""
    every: str = ".*"


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    uid: Uid
    title: str
    says: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...]
    scopes: Mapping[str, str]
    """What stands in selectors for each mark, such as ``@``."""

    def expand(self, query: str) -> str:
        """A query with its marks replaced."""
        for mark in sorted(self.scopes, key=len, reverse=True):
            query = query.replace(mark, self.scopes[mark])
        return query
