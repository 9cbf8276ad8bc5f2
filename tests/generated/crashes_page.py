"""docs/explanation/crash-consistency.md: what is done to the system, and what became of every message; from the kept results."""

from tests.chaos import report
from tests.chaos.scenario import Outcome, Scenario
from tests.chaos.scenarios import TABLE
from tests.chaos.steps import NATS_STEPS, STEPS

_HEAD = """\
# Crash consistency

<!-- Written by `python -m tests.generated` from `tests/chaos/scenarios`, and from `tests/chaos/results.json`, which
`make chaos KEEP=1` writes. -->

What becomes of a message when things break? Each row below is played under load: people write on Messenger and on Instagram,
Meta is played by the [simulator](../reference/simulator.md), the gateway is a process of its own. Then everything settles, and
the books are closed: what Meta has its 200 for, the journal, what each plugin wrote down that it was handed, and what the
simulator accepted as a send.

```
make chaos                       # all of it; the last line is the ledger
make chaos ONLY=kill-step        # one scenario
make chaos ROUNDS=100 ONLY=kill-random
```

A part of it, with fewer rounds, is in `make test`.

## The result

Each row is the last run of its scenario.

"""
_COLUMNS = """\

* **Lost**: acknowledged, and then missing from the journal, never handed to a plugin, or neither answered nor parked.
* **Doubled**: an event stored twice, or a person who got an answer twice.
* **Parked**: replies for which nothing could prove whether they had gone out. They are kept for people to decide, rather than
  risked twice; `PAGEWIRE_AT_LEAST_ONCE` turns that around for a plugin.
* **Out of order**: within a conversation, against the journal's order, in hook calls or replies.
* **Back after**: seconds from the disturbance, or from its end where it has one, until somebody who writes then has an answer:
  in the middle, and at worst. Where a process was killed, starting one takes most of it: the machine has two cores, which others
  used at the same time (load average 8 to 30), so that a start took two to twenty seconds instead of one.
* **Hook calls**: {calls} for {said} messages, {repeated} of them repeated. A crash repeats the calls whose outcome was not stored
  yet.

## What is done

| scenario | what is done | what must hold besides the ledger |
| --- | --- | --- |
"""
_STEPS = """\

## The steps

`kill-step` has the process kill itself at each of these, `nats-kill-step` at those below. The functions there are wrapped by the
process that the test starts (`tests/chaos/child.py`, [decision 0023](../decisions/0023-chaos-from-outside.md)); the product knows
nothing of it.

"""
_SHARED = """\

Where the work is shared over NATS, those of processes that take webhooks and of processes that work:

"""
_TAIL = """\

## What this does not show

* **No power was cut.** `kill -9` leaves to the kernel what was written, so it proves order and atomicity, not that the disk keeps
  what fsync promised. The journal runs with `synchronous=FULL`, and an answer waits for the fsync; whether the disk tells the
  truth is the disk's affair.
* The clock that jumps is the process's wall clock, not the kernel's.
* The memory limit of `plugin-leaks` is kept by the test, which kills the process as the kernel would.
* A Graph API that says in so many words that a message was sent, or that a conversation does not hold it, is believed. Where it
  lies, nobody can know better.
* The journal here is SQLite, and one machine. {elsewhere}
"""
_ELSEWHERE = "What is played on NATS JetStream is in the rows whose name says so."


def text() -> str:
    """The whole page."""
    kept = {outcome.name: outcome for outcome in report.kept()}
    outcomes = [kept[scenario.name] for scenario in TABLE if scenario.name in kept]
    books = report.summed(outcomes)
    figures = {
        "calls": f"{sum(books.hook_calls.values()):,}",
        "said": f"{books.said:,}",
        "repeated": books.repeated_hook_calls,
    }
    return "".join(
        [
            _HEAD,
            report.table(outcomes),
            "\n\n```\n",
            report.total(outcomes),
            "\n```\n",
            _notes(outcomes),
            _COLUMNS.format(**figures),
            *map(_row, TABLE),
            _STEPS,
            *(f"* `{step.name}`: {step.what}\n" for step in STEPS),
            _SHARED,
            *(f"* `{step.name}`: {step.what}\n" for step in NATS_STEPS),
            _TAIL.format(elsewhere=_ELSEWHERE),
        ]
    )


def _notes(outcomes: list[Outcome]) -> str:
    found = [f"* `{outcome.name}`: {'; '.join(outcome.notes)}\n" for outcome in outcomes if outcome.notes]
    return "\n" + "".join(found) if found else ""


def _row(scenario: Scenario) -> str:
    return f"| `{scenario.name}` | {scenario.does} | {scenario.holds or '–'} |\n"
