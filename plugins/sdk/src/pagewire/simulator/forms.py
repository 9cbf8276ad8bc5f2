"""The templates that ask a person something: customer feedback and structured information (outbound.md 3.6). Pure."""

from __future__ import annotations

import re

from pagewire.simulator.buttons import Payload
from pagewire.simulator.shape import items, need, one_of, optional_text, text, url

ROOT = "message[attachment][payload]"

_QUESTION = re.compile(r"\w{1,80}\Z", re.ASCII)
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_OPTIONS = {
    "csat": frozenset({"one_to_five", "five_stars", "five_emojis"}),
    "nps": frozenset({"zero_to_ten"}),
    "ces": frozenset({"one_to_seven"}),
    "free_form": frozenset[str](),
}
_LABELS = frozenset({"neg_pos", "hard_easy", "dis_sat", "unlike_like", "poor_great", "none"})


def check_feedback(payload: Payload) -> None:
    """Check a customer feedback form.

    Raises:
        Refused: 100.
    """
    text(payload, "title", 65, ROOT)
    optional_text(payload, "subtitle", 80, ROOT)
    optional_text(payload, "button_title", 20, ROOT)
    for key in ("title", "subtitle", "button_title"):
        _no_link(payload, key, ROOT)
    (screen,) = items(payload, "feedback_screens", 1, 1, ROOT)
    (question,) = items(screen, "questions", 1, 1, f"{ROOT}[feedback_screens]")
    _question(question, f"{ROOT}[feedback_screens][questions]")
    _privacy(payload)


def _question(question: Payload, path: str) -> None:
    need(_QUESTION.match(str(question.get("id") or "")), f"{path}[id] must be alphanumeric, up to 80 characters")
    kind = one_of(question.get("type"), frozenset(_OPTIONS), f"{path}[type]")
    if question.get("title") is not None:
        need(len(text(question, "title", 85, path)) >= 5, f"{path}[title] must have 5 to 85 characters")
        _no_link(question, "title", path)
    if question.get("score_label") is not None:
        one_of(question["score_label"], _LABELS, f"{path}[score_label]")
    if question.get("score_option") is not None:
        one_of(question["score_option"], _OPTIONS[kind], f"{path}[score_option]")
    follow_up = question.get("follow_up")
    if follow_up is not None:
        free = isinstance(follow_up, dict) and follow_up.get("type") == "free_form"
        need(free, f"{path}[follow_up][type] must be free_form")
        optional_text(follow_up, "placeholder", 65, f"{path}[follow_up]")


def check_information(payload: Payload) -> None:
    """Check a structured information form.

    Raises:
        Refused: 100.
    """
    countries = payload.get("countries")
    good = isinstance(countries, list) and countries and all(isinstance(c, str) and len(c) == 2 for c in countries)
    need(good, f"{ROOT}[countries] must be a list of two-letter country codes")
    _privacy(payload)


def _privacy(payload: Payload) -> None:
    privacy = payload.get("business_privacy")
    need(isinstance(privacy, dict), f"The parameter {ROOT}[business_privacy] is required")
    url(privacy if isinstance(privacy, dict) else {}, "url", f"{ROOT}[business_privacy]")
    expires = payload.get("expires_in_days", 1)
    need(isinstance(expires, int) and 1 <= expires <= 7, f"{ROOT}[expires_in_days] must be 1 to 7")


def _no_link(holder: Payload, key: str, path: str) -> None:
    need(not _LINK.search(str(holder.get(key) or "")), f"{path}[{key}] must not contain a URL")
