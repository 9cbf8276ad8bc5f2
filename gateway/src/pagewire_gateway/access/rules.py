"""The one table of who may do what on the admin port: route -> least role. A route that is not in it is closed.

Every route of the API and of the console has a line here; a test compares. `docs/reference/roles.md` is made from it.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pagewire_gateway.access.callers import Role


class Rule(Struct, frozen=True):
    """What a route asks for.

    Attributes:
        least: the least role; ``None`` lets in anybody.
        action: what the audit log calls it; empty for what changes nothing and reveals nothing.
    """

    least: Role | None
    action: str = ""


_ANYBODY: Final = Rule(None)
_VIEWER: Final = Rule("viewer")

RULES: Final[Mapping[str, Rule]] = {
    # Probes
    "GET /healthz": _ANYBODY,
    "GET /readyz": _ANYBODY,
    "GET /metrics": _VIEWER,
    # API
    "GET /api/v1/openapi.json": _VIEWER,
    "GET /api/v1/docs": _VIEWER,
    "GET /api/v1/schema": _VIEWER,
    "GET /api/v1/schema/openapi.json": _VIEWER,
    "GET /api/v1/schema/{path}": _VIEWER,
    "GET /api/v1/events": _VIEWER,
    "GET /api/v1/events/stream": _VIEWER,
    "GET /api/v1/events/{event_id}": _VIEWER,
    "GET /api/v1/events/{event_id}/timeline": _VIEWER,
    "GET /api/v1/conversations": _VIEWER,
    "GET /api/v1/conversations/{object}/{account}/{person}": _VIEWER,
    "GET /api/v1/parked": _VIEWER,
    "POST /api/v1/parked/replay": Rule("operator", "parked.replay"),
    "GET /api/v1/parked/causes": _VIEWER,
    "POST /api/v1/replay": Rule("operator", "events.replay"),
    "GET /api/v1/replays": _VIEWER,
    "POST /api/v1/replays": Rule("operator", "replay.begin"),
    "GET /api/v1/replays/{replay_id}": _VIEWER,
    "POST /api/v1/replays/{replay_id}/cancel": Rule("operator", "replay.cancel"),
    "GET /api/v1/plugins": _VIEWER,
    "POST /api/v1/plugins/{name}/pause": Rule("operator", "plugin.pause"),
    "POST /api/v1/plugins/{name}/resume": Rule("operator", "plugin.resume"),
    "GET /api/v1/apps": _VIEWER,
    "GET /api/v1/accounts": _VIEWER,
    "GET /api/v1/problems": _VIEWER,
    "GET /api/v1/outbox": _VIEWER,
    "GET /api/v1/settings": _VIEWER,
    "GET /api/v1/stats": _VIEWER,
    "GET /api/v1/audit": Rule("operator"),
    "GET /api/v1/healing": _VIEWER,
    "POST /api/v1/healing": Rule("operator", "account.heal"),
    "GET /api/v1/tracing": _VIEWER,
    "POST /api/v1/tracing": Rule("operator", "account.trace"),
    "GET /api/v1/logins/ended": _VIEWER,
    "POST /api/v1/logins": Rule("admin", "login.link"),
    "POST /api/v1/logins/ended/{ending}/retry": Rule("operator", "login.retry"),
    "GET /api/v1/people": _VIEWER,
    "GET /api/v1/people/{person}": _VIEWER,
    "POST /api/v1/people/find": _VIEWER,
    "POST /api/v1/people/link": Rule("operator", "person.link"),
    "POST /api/v1/people/unlink": Rule("operator", "person.unlink"),
    "POST /api/v1/people/match": Rule("operator", "person.match"),
    "POST /api/v1/people/delete": Rule("admin", "person.delete"),
    "GET /api/v1/deletions": _VIEWER,
    "GET /api/v1/deletions/{deletion}": _VIEWER,
    "POST /api/v1/deletions/{deletion}/retry": Rule("admin", "deletion.retry"),
    "POST /api/v1/backup": Rule("admin", "backup.copy"),
    "POST /api/v1/backup/key": Rule("admin", "backup.key"),
    # Console
    "GET /console": _VIEWER,
    "GET /console/live": _VIEWER,
    "GET /console/live/stream": _VIEWER,
    "GET /console/events": _VIEWER,
    "POST /console/events/find": _VIEWER,
    "GET /console/events/{event_id}": _VIEWER,
    "POST /console/events/{event_id}/reveal": Rule("operator", "event.reveal"),
    "POST /console/events/{event_id}/replay": Rule("operator", "events.replay"),
    "GET /console/conversations": _VIEWER,
    "GET /console/conversations/{event_id}": _VIEWER,
    "GET /console/parked": _VIEWER,
    "GET /console/parked/group": _VIEWER,
    "POST /console/parked/replay": Rule("operator", "parked.replay"),
    "POST /console/parked/drop": Rule("operator", "parked.drop"),
    "GET /console/replays": _VIEWER,
    "POST /console/replays": Rule("operator", "replay.begin"),
    "GET /console/replays/new": _VIEWER,
    "GET /console/replays/{replay_id}": _VIEWER,
    "POST /console/replays/{replay_id}/cancel": Rule("operator", "replay.cancel"),
    "GET /console/plugins": _VIEWER,
    "GET /console/plugins/{name}": _VIEWER,
    "POST /console/plugins/{name}/pause": Rule("operator", "plugin.pause"),
    "POST /console/plugins/{name}/resume": Rule("operator", "plugin.resume"),
    "GET /console/accounts": _VIEWER,
    "GET /console/accounts/{object}/{account}": _VIEWER,
    "GET /console/outbox": _VIEWER,
    "GET /console/logins": _VIEWER,
    "GET /console/logins/{ending}": _VIEWER,
    "POST /console/logins/{ending}/retry": Rule("operator", "login.retry"),
    "GET /console/people": _VIEWER,
    "POST /console/people/find": _VIEWER,
    "GET /console/people/{person}": _VIEWER,
    "POST /console/people/{person}/reveal": Rule("operator", "person.reveal"),
    "GET /console/people/{person}/delete": Rule("admin"),
    "POST /console/people/{person}/delete": Rule("admin", "person.delete"),
    "GET /console/deletions/{deletion}": _VIEWER,
    "POST /console/deletions/{deletion}/retry": Rule("admin", "deletion.retry"),
    "GET /console/audit": Rule("operator"),
    "GET /console/static/{mark}/{name}": _ANYBODY,
    "GET /console/login": _ANYBODY,
    "POST /console/login": _ANYBODY,
    "GET /console/login/oidc": _ANYBODY,
    "GET /console/login/return": _ANYBODY,
    "POST /console/logout": Rule("viewer", "session.logout"),
}


def rule_of(method: str, template: str) -> Rule:
    """The rule of a route; what is not in the table is for nobody but admins, and then only to look at.

    Args:
        method: of HTTP.
        template: the route's path, with the names of its parameters in braces.
    """
    return RULES.get(f"{method} {template}", Rule("admin", "unnamed"))
