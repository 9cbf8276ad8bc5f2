"""Quick replies: how they are checked, and which become buttons (outbound.md 3.2). Pure."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import days
from pagewire.simulator.ground import Ground
from pagewire.simulator.shape import items, need, one_of, within

_KINDS = frozenset({"text", "user_phone_number", "user_email"})


def quick_replies(message: dict[str, Any], ground: Ground) -> list[dict[str, Any]]:
    """The buttons that are really made: titles cut to 20 characters, and only what the product has that day.

    Raises:
        Refused: 100.
    """
    if message.get("quick_replies") in (None, []):
        return []
    path = "message[quick_replies]"
    need(message.get("text") or message.get("attachment"), f"param {path} needs text or attachment beside it")
    kept: list[dict[str, Any]] = []
    for reply in items(message, "quick_replies", 1, 13, "message"):
        kind = one_of(reply.get("content_type"), _KINDS, f"{path}[content_type]")
        if kind == "text":
            kept.append(_quick_text(reply, path, ground))
        elif not ground.instagram or ground.now < days.INSTAGRAM_CONTACTS_OFF:
            # Afterwards there is no error, the button is just not there.
            kept.append({"content_type": kind})
    return kept


def _quick_text(reply: dict[str, Any], path: str, ground: Ground) -> dict[str, Any]:
    title, payload = reply.get("title") or "", reply.get("payload")
    need(isinstance(title, str), f"param {path}[title] must be a string.")
    need(title or reply.get("image_url"), f"The parameter {path}[title] is required")
    need(isinstance(payload, str) and payload, f"The parameter {path}[payload] is required")
    within(str(payload), 1000, f"{path}[payload]")
    kept = {**reply, "title": title[:20]}
    if ground.instagram:
        kept.pop("image_url", None)
    return kept
