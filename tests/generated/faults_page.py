"""docs/how-to/find-a-fault.md: from the console's overview to causes, as a test clicks there."""

from tests.pagewire_gateway.console.faults import FAULTS, MOST_CLICKS, Fault

_HEAD = f"""\
# Find the cause of a fault

<!-- Written by `python -m tests.generated`; edit `tests/pagewire_gateway/console/faults.py` instead. -->

Something does not work. Open the [console](open-the-console.md): *Needs attention* on the overview says what, the worst first,
and each line leads to the page that tells more. The cause is at most {MOST_CLICKS} clicks away. A test makes each of these faults
and clicks as the table says:

| what happens | clicks, from the overview | what the last page tells |
| --- | --- | --- |
"""
_FOOT = """
What the operator says of a resource (not subscribed, a token that ends within a week, permissions that are missing) needs a
cluster. A gateway on a folder of manifests has no operator: there `pagewire doctor` and `pagewire plan` ask Meta.

In the dashboards the same is found from *Overview*: [dashboards and alerts](../explanation/dashboards.md) has their table, and
each alert has its [runbook](../runbooks/index.md).
"""


def text() -> str:
    """The page."""
    return _HEAD + "\n".join(map(_row, FAULTS)) + "\n" + _FOOT


def _row(fault: Fault) -> str:
    clicks = " → ".join(f"*… {one.strip(': ,/')} …*" for one in fault.clicks) or "none, the overview says it"
    return f"| {fault.happens} | {len(fault.clicks)}: {clicks} | {fault.sees} |"
