"""docs/reference/roles.md: who may do what on the admin port, from the table that the gateway obeys."""

from pagewire_gateway.access.callers import ROLES
from pagewire_gateway.access.rules import RULES

_HEAD = """\
# Roles

<!-- Written by `python -m tests.generated`; edit `pagewire_gateway.access.rules` instead. -->

What each route of the admin port asks for, in the API and in the console alike: this is the table the gateway obeys. Each role
may do what those before it may. A route that is not in the table is closed to all but admins.
[Open the console](../how-to/open-the-console.md) tells how people and programs get a role.

| role | may |
| --- | --- |
| `viewer` | look at everything but the texts that people wrote, their names, and the audit log |
| `operator` | also pause and release plugins, replay, look at texts and names (which is written down), read the audit log |
| `admin` | also delete people, copy everything there is, and hand out login links |

What has a name in the last column is written into the audit log: before it is done, and again when it is.

"""
_TITLES = {None: "Anybody", "viewer": "Viewers", "operator": "Operators", "admin": "Admins"}


def text() -> str:
    """The page."""
    return _HEAD + "\n".join(_section(least) for least in (None, *ROLES))


def _section(least: str | None) -> str:
    rows = [
        f"| `{route}` | {f'`{rule.action}`' if rule.action else ''} |"
        for route, rule in sorted(RULES.items(), key=lambda one: one[0].partition(" ")[2])
        if rule.least == least
    ]
    return "\n".join((f"## {_TITLES[least]}", "", "| route | in the audit log |", "| --- | --- |", *rows, ""))
