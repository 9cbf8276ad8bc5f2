"""Which attributes may leave the process. Closed by default: what is not named here never reaches an exporter. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

ALLOWED: Final[Mapping[str, str]] = {
    "error.type": "Class of what went wrong; never its text.",
    "exception.type": "Class of an exception that a line of the log tells of; never its text.",
    "http.request.method": "As in POST; what anybody may make up is _OTHER.",
    "http.response.status_code": "As in 200.",
    "http.route": "The template of the address, as in /webhooks/{namespace}/{app}.",
    "k8s.namespace.name": "Namespace of the resource.",
    "messaging.batch.message_count": "Events of one delivery body.",
    "messaging.consumer.group.name": "The plugin whose lane it is.",
    "messaging.destination.name": "events.",
    "messaging.message.id": "Id of the event, as the admin API and the log show it: a digest, never an id of Meta's.",
    "messaging.operation.name": "publish, process or receive.",
    "messaging.operation.type": "send, process or receive.",
    "messaging.system": "pagewire_sqlite or nats.",
    "pagewire.attempt": "1 for the first one.",
    "pagewire.event.type": "Kind of the event, as in message.",
    "pagewire.graph.error.code": "Meta's error.code.",
    "pagewire.graph.error.subcode": "Meta's error.error_subcode.",
    "pagewire.hook.name": "The hook that is called.",
    "pagewire.outcome": "What came of it.",
    "pagewire.platform": "messenger or instagram.",
    "pagewire.plugin.name": "The plugin.",
    "pagewire.resource.kind": "Kind of the resource.",
    "pagewire.resource.name": "Its name.",
    "server.address": "Host of the Graph API.",
    "url.template": "The template of the path, as in /{id}/messages.",
}
"""Every attribute of a span or of a line of the log, and what it says."""

LONGEST: Final = 200
"""Characters of a value, and of a name."""

_PLAIN: Final = (str, bool, int, float)


def kept(attributes: Mapping[str, Any] | None, more: Iterable[str] = ()) -> dict[str, str | bool | int | float]:
    """What of some attributes may leave.

    Args:
        attributes: all of them.
        more: names that somebody allows besides.
    """
    names = {*ALLOWED, *more}
    return {
        name: value[:LONGEST] if isinstance(value, str) else value
        for name, value in (attributes or {}).items()
        if name in names and isinstance(value, _PLAIN)
    }
