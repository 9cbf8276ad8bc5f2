"""docs/runbooks/*.md: a page for each alert, and their list."""

from collections.abc import Iterator
from typing import Final

from tools.alerts.groups import ALERTS, FILES
from tools.alerts.model import Alert
from tools.dashboards.boards import BOARDS

_HEAD: Final = "<!-- Written by `python -m tests.generated`; edit `tools/alerts` instead. -->\n"
_INDEX: Final = f"""\
# Runbooks

{_HEAD}
One page for each alert: what it means, how bad it is, how to find the cause, how to mend it, and how to see that it is over. The alerts
are in `deploy/alerts`; [dashboards and alerts](../explanation/dashboards.md) tells how they are proven. *critical* wakes somebody,
*warning* waits for the working day.

Commands are typed where `kubectl` reaches the cluster and `pagewire` the gateway's admin port (`--admin URL`, or PAGEWIRE_ADMIN_URL).
"""


_CONTENTS = """
```{toctree}
:hidden:
:glob:

Pagewire*
```
"""


def index() -> str:
    """The list of them."""
    return (
        _INDEX
        + "".join(_table(group, alerts) for groups in FILES.values() for group, alerts in groups.items())
        + _CONTENTS
    )


def _table(group: str, alerts: tuple[Alert, ...]) -> str:
    rows = (f"| [{one.name}]({one.name}.md) | {_severities(one)} | {one.runbook.meaning} |\n" for one in alerts)
    return f"\n## {group.removeprefix('pagewire-').capitalize()}\n\n| alert | severity | meaning |\n| --- | --- | --- |\n{''.join(rows)}"


def _severities(alert: Alert) -> str:
    return ", ".join(dict.fromkeys(rule.severity.value for rule in alert.rules))


def page(alert: Alert) -> str:
    """One runbook."""
    book = alert.runbook
    title = next(board.title for board in BOARDS if board.uid is alert.board)
    parts = (
        f"# {alert.name}\n\n{_HEAD}\n**{_severities(alert)}.** {book.meaning}\n",
        f"## How bad it is\n\n{book.bad}\n",
        f"## Find the cause\n\nLook at *{alert.panel}* on the dashboard *{title}* (`{alert.board.value}`).\n\n{''.join(_steps(book.find))}",
        f"## Mend it\n\n{''.join(f'- {one}' + chr(10) for one in book.mend)}",
        f"## It is over when\n\n{book.over}\n",
        f"## The rule\n\n{''.join(_rules(alert))}",
    )
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _steps(steps: tuple[str, ...]) -> Iterator[str]:
    """Sentences as paragraphs, commands that follow each other in one block."""
    commands: list[str] = []
    for step in (*steps, ""):
        if step.startswith("$ "):
            commands.append(step.removeprefix("$ "))
            continue
        if commands:
            yield "```sh\n" + "".join(f"{one}\n" for one in commands) + "```\n\n"
            commands = []
        if step:
            yield f"{step}\n\n"


def _rules(alert: Alert) -> Iterator[str]:
    for rule in alert.rules:
        yield f"{rule.severity.value.capitalize()}, once it has held for {rule.hold}:\n\n```text\n{rule.when}\n```\n\n"


def pages() -> dict[str, Alert]:
    """Each alert by the path of its page."""
    return {f"docs/runbooks/{alert.name}.md": alert for alert in ALERTS}
