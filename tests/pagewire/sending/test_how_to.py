"""docs/how-to/send-anything.md: every block runs, every reply in it may be sent, and nothing that can be said is left out."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from pagewire.replies import (
    MarketingMessage,
    ReleaseThread,
    Reply,
    ReplyError,
    RequestThread,
    Sticker,
    TakeThread,
    check,
    normalise,
)
from pagewire.surfaces import Surface
from pagewire.testing import replies_of

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "send-anything.md"
UNSHOWN = {MarketingMessage, ReleaseThread, RequestThread, TakeThread}
"""Refused always, or shown in words."""


def _namespace() -> dict[str, Any]:
    found: dict[str, Any] = {"__name__": "send_anything"}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        exec(compile(block, PAGE.name, "exec"), found)  # noqa: S102 - our own page
    return found


FOUND = _namespace()
SAYINGS: list[Callable[[], object]] = [
    value
    for value in FOUND.values()
    if inspect.isfunction(value) and value.__module__ == "send_anything" and not inspect.iscoroutinefunction(value)
]


@pytest.mark.parametrize("say", SAYINGS, ids=lambda say: say.__name__)
def test_what_the_page_says_may_be_sent(say: Callable[[], object]) -> None:
    surface = Surface.INSTAGRAM if say.__name__.endswith("on_instagram") else Surface.MESSENGER
    replies = normalise(say())
    assert replies
    for reply in replies:
        check(reply, surface)


async def test_its_hooks_answer(sample_event: Callable[..., Any]) -> None:
    message = sample_event("messenger/message_text")
    [answer] = normalise(await FOUND["message_received"](message))
    check(answer, Surface.MESSENGER)
    [private] = normalise(await FOUND["event_received"](sample_event("instagram/changes_comments")))
    check(private, Surface.INSTAGRAM)
    assert await FOUND["event_received"](message) is None
    await FOUND["test_it_tells_the_hours"](sample_event)


def test_replies_that_would_park_the_event_fail_the_test_of_the_plugin() -> None:
    assert replies_of(None) == ()
    with pytest.raises(ReplyError, match="exists on Messenger only"):
        replies_of(Sticker(sticker_id=1), Surface.INSTAGRAM)


def test_every_reply_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {kind for kind in get_args(Reply) if f"{kind.__name__}(" not in page} <= UNSHOWN
