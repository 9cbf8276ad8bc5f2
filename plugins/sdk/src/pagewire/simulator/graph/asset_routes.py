"""The routes of what surrounds sending: personas, templates, labels, stickers, blocks. A new edge is one line here."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import (
    insights,
    labels,
    matching,
    message_templates,
    moderation,
    personas,
    stickers,
    subscribers,
    threads,
    user_menu,
)
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.route import Route
from pagewire.simulator.meta import Meta

PATHS = {
    "message_template_library": Route("message_templates", message_templates.library),
    "sticker_packs": Route("stickers", stickers.packs),
    "sticker_search": Route("stickers", stickers.search),
}
"""Whole path of a read."""

EDGES: dict[tuple[str, str], Route] = {
    ("POST", "personas"): Route("personas", personas.make),
    ("GET", "personas"): Route("personas", personas.list_personas),
    ("POST", "message_templates"): Route("message_templates", message_templates.make),
    ("GET", "message_templates"): Route("message_templates", message_templates.list_templates),
    ("DELETE", "message_templates"): Route("message_templates", message_templates.remove),
    ("POST", "custom_labels"): Route("custom_labels", labels.make),
    ("GET", "custom_labels"): Route("custom_labels", labels.list_labels),
    ("POST", "label"): Route("custom_labels", labels.put_on),
    ("DELETE", "label"): Route("custom_labels", labels.take_off),
    ("GET", "custom_user_settings"): Route("custom_user_settings", user_menu.read),
    ("POST", "custom_user_settings"): Route("custom_user_settings", user_menu.change),
    ("DELETE", "custom_user_settings"): Route("custom_user_settings", user_menu.remove),
    ("POST", "moderate_conversations"): Route("moderation", moderation.moderate),
    ("GET", "blocked"): Route("moderation", moderation.list_blocked),
    ("POST", "blocked"): Route("moderation", moderation.block),
    ("DELETE", "blocked"): Route("moderation", moderation.unblock),
    ("GET", "insights"): Route("insights", insights.read),
    ("GET", "ids_for_pages"): Route("ids_for", matching.pages),
    ("GET", "ids_for_apps"): Route("ids_for", matching.apps),
    ("GET", "secondary_receivers"): Route("thread_owner", threads.secondary_receivers),
    ("GET", "notification_message_tokens"): Route("notification_messages", subscribers.list_tokens),
}
"""Method and the second of two path segments, on the Facebook host."""

_KNOWN = {name for _, name in EDGES}


def find(meta: Meta, call: Call) -> Route | None:
    """The route of a call, or None when the path is none of these.

    Raises:
        Refused: 100 for a method that a known path does not take.
    """
    if call.host == "instagram":
        return EDGES.get((call.method, call.path.partition("/")[2])) if _both_hosts(call) else None
    segments = call.segments
    if len(segments) == 1:
        return _single(meta, call)
    if len(segments) == 3 and (segments[0], segments[2], call.method) == ("sticker_packs", "stickers", "GET"):
        return Route("stickers", stickers.stickers_of)
    if len(segments) != 2 or segments[1] not in _KNOWN:
        return None
    return _known(call, EDGES.get((call.method, segments[1])))


def _both_hosts(call: Call) -> bool:
    return len(call.segments) == 2 and call.segments[1] == "moderate_conversations"


def _single(meta: Meta, call: Call) -> Route | None:
    name = call.segments[0]
    if name in PATHS:
        return _known(call, PATHS[name] if call.method == "GET" else None)
    if name in meta.state.labels:
        nodes = {"GET": labels.read, "DELETE": labels.remove}
        return _known(call, Route("custom_labels", nodes[call.method]) if call.method in nodes else None)
    if personas.persona_of(meta, name) is not None:
        handlers = {"GET": personas.read, "DELETE": personas.remove}
        return _known(call, Route("personas", handlers[call.method]) if call.method in handlers else None)
    return None


def _known(call: Call, route: Route | None) -> Route:
    if route is None:
        raise Refused(errors.unsupported_method(call.method, call.host))
    return route
