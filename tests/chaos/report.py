"""The results: as a line, as a table, and as the file from which the documentation is made."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec

from tests.chaos.ledger import Ledger
from tests.chaos.scenario import Outcome

KEPT = Path(__file__).parent / "results.json"
_HEADS = ("scenario", "rounds", "messages", "lost", "doubled", "parked", "out of order", "back after, s", "held")


def line(outcome: Outcome) -> str:
    """One outcome in words."""
    parts = [str(outcome.ledger), f"back after {recovery(outcome)} s", *outcome.notes, f"took {outcome.seconds} s"]
    return "; ".join([*parts, *([f"BROKEN: {outcome.broken}"] if outcome.broken else [])])


def recovery(outcome: Outcome) -> str:
    """Seconds until the system was at work again: in the middle, and at worst."""
    found = outcome.recoveries
    if not found:
        return "–"
    return f"{median(found):.1f}" if len(found) == 1 else f"{median(found):.1f}, at most {max(found):.1f}"


def row(outcome: Outcome) -> tuple[str, ...]:
    """The cells of one outcome, under `_HEADS`."""
    books = outcome.ledger
    figures = (outcome.rounds, books.said, books.lost, books.doubled, books.parked_replies, books.order_violations)
    return (outcome.name, *map(str, figures), recovery(outcome), "yes" if outcome.clean else "NO")


def table(outcomes: Sequence[Outcome]) -> str:
    """All outcomes, as a table for a terminal that is Markdown as well."""
    rows = [_HEADS, ("---",) * len(_HEADS), *map(row, outcomes)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def summed(outcomes: Sequence[Outcome]) -> Ledger:
    """The books of all runs."""
    return sum((outcome.ledger for outcome in outcomes), Ledger())


def total(outcomes: Sequence[Outcome]) -> str:
    """The last line: the ledger of all runs."""
    rounds = sum(outcome.rounds for outcome in outcomes)
    broken = [outcome.name for outcome in outcomes if outcome.broken]
    return f"{len(outcomes)} scenarios, {rounds} rounds, {summed(outcomes)}" + (f"; broken: {broken}" if broken else "")


def keep(outcomes: Sequence[Outcome], path: Path = KEPT) -> None:
    """Write the result file; outcomes of scenarios that were not played stay."""
    known = {outcome.name: outcome for outcome in (kept(path) if path.exists() else ())}
    known.update({outcome.name: outcome for outcome in outcomes})
    path.write_bytes(msgspec.json.format(msgspec.json.encode(list(known.values())), indent=1) + b"\n")


def kept(path: Path = KEPT) -> list[Outcome]:
    """The outcomes of the result file."""
    return msgspec.json.decode(path.read_bytes(), type=list[Outcome])
