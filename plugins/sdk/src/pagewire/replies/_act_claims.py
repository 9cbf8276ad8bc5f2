"""What acts claim: sender actions, thread control, moderation."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from pagewire.capabilities import Feature
from pagewire.replies._acts import (
    ExtendThread,
    Moderate,
    PassThread,
    React,
    ReleaseThread,
    RequestThread,
    SenderAction,
    TakeThread,
    Unreact,
)
from pagewire.replies._claims import Claims, Holds, Uses, given, needed

_MODERATION = {
    "block_user": Feature.BLOCK,
    "unblock_user": Feature.BLOCK,
    "move_to_spam": Feature.SPAM,
    "ban_user": Feature.BAN,
    "unban_user": Feature.BAN,
}
_MOST_ACTIONS = 2
_OPPOSITES = ({"block_user", "unblock_user"}, {"ban_user", "unban_user"})


def _action(act: SenderAction) -> Claims:
    yield Uses(Feature.MARK_SEEN if act.action == "mark_seen" else Feature.TYPING, "action")
    yield from needed("persona_id", act.persona_id)
    yield from given(Feature.PERSONA, "persona_id", act.persona_id)
    if act.persona_id and act.action == "mark_seen":
        yield "persona_id goes with typing only"


def _react(act: React) -> Claims:
    yield Uses(Feature.REACT, "React")
    yield from needed("message_id", act.message_id)
    yield from needed("reaction", act.reaction)


def _unreact(act: Unreact) -> Claims:
    yield Uses(Feature.REACT, "Unreact")
    yield from needed("message_id", act.message_id)


def _pass(act: PassThread) -> Claims:
    yield Uses(Feature.PASS_THREAD, "PassThread")
    yield from needed("target_app_id", act.target_app_id)
    yield Holds(Feature.PASS_THREAD, "metadata", "metadata", act.metadata)


def _take(act: TakeThread) -> Claims:
    yield Uses(Feature.TAKE_THREAD, "TakeThread")
    yield Holds(Feature.TAKE_THREAD, "metadata", "metadata", act.metadata)


def _request(act: RequestThread) -> Claims:
    yield Uses(Feature.REQUEST_THREAD, "RequestThread")
    yield Holds(Feature.REQUEST_THREAD, "metadata", "metadata", act.metadata)


def _release(_: ReleaseThread) -> Claims:
    yield Uses(Feature.RELEASE_THREAD, "ReleaseThread")


def _extend(act: ExtendThread) -> Claims:
    yield Uses(Feature.EXTEND_THREAD, "ExtendThread")
    yield Holds(Feature.EXTEND_THREAD, "duration", "duration", act.duration)


def _moderate(act: Moderate) -> Claims:
    if not act.actions:
        yield "actions must not be empty"
    if len(act.actions) > _MOST_ACTIONS or len(set(act.actions)) < len(act.actions):
        yield f"actions takes at most {_MOST_ACTIONS}, each once"
    for name in act.actions:
        yield Uses(_MODERATION[name], f"actions: {name}")
    if any(pair <= set(act.actions) for pair in _OPPOSITES):
        yield "actions must not undo each other"


ACTS: dict[type[Struct], Callable[[Any], Claims]] = {
    SenderAction: _action,
    React: _react,
    Unreact: _unreact,
    PassThread: _pass,
    TakeThread: _take,
    RequestThread: _request,
    ReleaseThread: _release,
    ExtendThread: _extend,
    Moderate: _moderate,
}
