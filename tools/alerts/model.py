"""What an alert is, and what its runbook says."""

from dataclasses import dataclass
from enum import StrEnum

from tools.dashboards.model import Uid


class Severity(StrEnum):
    """Who is told, and when."""

    CRITICAL = "critical"
    """Wake somebody."""
    WARNING = "warning"
    """Somebody looks within the working day."""


@dataclass(frozen=True)
class Runbook:
    """What to do about an alert.

    Attributes:
        meaning: what is the case.
        bad: what it does to people and to the company.
        find: steps to the cause; lines of ``sh`` begin with ``$ ``.
        mend: what to do, by cause.
        over: how it is seen to be over.
    """

    meaning: str
    bad: str
    find: tuple[str, ...]
    mend: tuple[str, ...]
    over: str


@dataclass(frozen=True)
class Alert:
    """One alert, as one or more rules of the same name.

    Attributes:
        name: begins with Pagewire; its runbook has the same.
        rules: severity, PromQL, and how long it must hold.
        summary: one line with the labels that say where.
        board, panel: where to look first.
        runbook: what to do.
    """

    name: str
    rules: tuple["Rule", ...]
    summary: str
    board: Uid
    panel: str
    runbook: Runbook


@dataclass(frozen=True)
class Rule:
    """When an alert is raised.

    Attributes:
        severity: who is told.
        when: PromQL; any series of it is an alert.
        hold: for how long it must be so, as in ``5m``.
        because: tells rules of one alert and one severity apart, as a label.
    """

    severity: Severity
    when: str
    hold: str
    because: str = ""


@dataclass(frozen=True)
class Recording:
    """A figure that rules share, computed once."""

    record: str
    expr: str
