"""deploy/alerts/*.yaml: rules for Prometheus."""

from typing import Any, Final

import yaml

from tools.alerts.groups import FILES
from tools.alerts.model import Alert
from tools.alerts.promises import recordings

RUNBOOKS: Final = "https://pagewire.dev/docs/runbooks"
"""Where this documentation is published; the pages are docs/runbooks/*.md."""

_HEAD: Final = "# Written by `python -m tests.generated`; edit `tools/alerts` instead.\n"


def text(file: str) -> str:
    """One file of rules."""
    return _HEAD + yaml.safe_dump({"groups": groups(file)}, sort_keys=False, width=1000, allow_unicode=True)


def groups(file: str) -> list[dict[str, Any]]:
    """The groups of one file, as Prometheus wants them."""
    found = [
        {"name": name, "rules": [rule for one in alerts for rule in _rules(one)]}
        for name, alerts in FILES[file].items()
    ]
    if "pagewire-promises" in FILES[file]:
        found.insert(
            0, {"name": "pagewire-windows", "rules": [{"record": one.record, "expr": one.expr} for one in recordings()]}
        )
    return found


def _rules(alert: Alert) -> list[dict[str, Any]]:
    annotations = {
        "summary": alert.summary,
        "description": f"{alert.runbook.meaning} {alert.runbook.bad}",
        "runbook_url": f"{RUNBOOKS}/{alert.name}.html",
        "dashboard": alert.board.value,
        "panel": alert.panel,
    }
    return [
        {
            "alert": alert.name,
            "expr": rule.when,
            "for": rule.hold,
            "labels": {"severity": rule.severity.value, **({"because": rule.because} if rule.because else {})},
            # A copy each: an anchor of one file would meet its like of another where charts put them together.
            "annotations": dict(annotations),
        }
        for rule in alert.rules
    ]
