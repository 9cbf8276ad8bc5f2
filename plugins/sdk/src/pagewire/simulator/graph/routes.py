"""Which function answers which path. A new edge is one line here."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import (
    asset_routes,
    conversations,
    identity_routes,
    messages,
    nodes,
    settings_routes,
    threads,
    uploads,
)
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.route import Route
from pagewire.simulator.meta import Meta

EDGES: dict[tuple[str, str], Route] = {
    ("POST", "messages"): Route("messages", messages.send_message),
    ("GET", "messages"): Route("conversation", conversations.read_conversation),
    ("GET", "conversations"): Route("conversations", conversations.list_conversations),
    ("GET", "thread_owner"): Route("thread_owner", threads.thread_owner),
    ("POST", "message_attachments"): Route("message_attachments", uploads.upload),
    **{
        ("POST", f"{verb}_thread_control"): Route("thread_control", threads.control_thread)
        for verb in ("pass", "take", "request", "release", "extend")
    },
}
"""Method and the second of two path segments."""

_KNOWN = {name for _, name in EDGES}


def find(meta: Meta, call: Call) -> Route:
    """The route of a call.

    Raises:
        Refused: 2500 for a path nobody knows, 100 for a method it does not take.
    """
    known = identity_routes.find(call) or settings_routes.find(call) or asset_routes.find(meta, call)
    if known is not None:
        return known
    segments = call.segments
    if len(segments) == 2:
        route = EDGES.get((call.method, segments[1]))
        if route is not None and not (call.method == "GET" and segments[1] == "messages" and segments[0][:2] != "t_"):
            return route
        if segments[1] not in _KNOWN:
            raise Refused(errors.unknown_path(segments[1]))
        raise Refused(errors.unsupported_method(call.method, call.host))
    if len(segments) != 1:
        raise Refused(errors.unknown_path(call.path))
    if call.method != "GET":
        raise Refused(errors.unsupported_method(call.method, call.host))
    return Route(nodes.kind_of(meta, call), nodes.read_node)
