"""Tokens of people who agreed to legacy marketing messages (outbound.md 2.5)."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import days, errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import owners
from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Getter, Wanted, project
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import need
from pagewire.simulator.stored import OptIn


async def list_tokens(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/notification_message_tokens``: at most 1000 a page; gone since 2026-02-10."""
    page = owners.page_of(meta, call)
    if meta.clock.now() >= days.MARKETING_ENDED:
        raise Refused(errors.unknown_path(call.segments[1]))
    limit = call.text("limit")
    need(limit is None or (limit.isdigit() and int(limit) <= 1000), "Param limit must be at most 1000")
    return answer_list(call, [o for o in meta.state.optins.values() if o.account_id == page.id], _shape)


def _shape(optin: OptIn, wanted: list[Wanted]) -> dict[str, Any]:
    getters: dict[str, Getter] = {
        "id": lambda _: optin.token,
        "notification_messages_token": lambda _: optin.token,
        "recipient_id": lambda _: optin.person,
        "topic_title": lambda _: optin.title,
        "token_expiry_timestamp": lambda _: optin.expires_ms,
    }
    return project(wanted, getters, "NotificationMessageToken", "notification_messages_token,recipient_id,topic_title")
