"""Which function answers which path. A new edge is one line here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import conversations, messages, nodes, threads, tokens, uploads
from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta

Handler = Callable[[Meta, Call], Awaitable[Answer]]


class Route(msgspec.Struct, frozen=True):
    """A handler, and the edge by which faults name it."""

    edge: str
    handler: Handler


ROOTS: dict[tuple[str, str], Route] = {("GET", "debug_token"): Route("debug_token", tokens.debug_token)}
"""Method and the only path segment."""

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
    root = ROOTS.get((call.method, segments[0]))
    if root is not None:
        return root
    if call.method != "GET":
        raise Refused(errors.unsupported_method(call.method, call.host))
    return Route(nodes.kind_of(meta, call), nodes.read_node)
