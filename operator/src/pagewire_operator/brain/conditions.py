"""From what a kind says to `status.conditions`: who speaks for Ready, and when a transition is one. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from pagewire.resources import Condition, ConditionType, Reason
from pagewire_operator.model import Saying

__all__ = ["conditions", "ready", "said_before", "timestamp"]

_ORDER: Final = tuple(ConditionType)
_APART: Final = frozenset(
    {ConditionType.READY, ConditionType.GRAPH_VERSION_CURRENT, ConditionType.PAUSED, ConditionType.STALLED}
)
"""Conditions that Ready does not sum up."""
_OPTIONAL: Final = frozenset({ConditionType.PLUGINS_CONFIGURED})
"""Conditions that count only where they are known: the operator need not have the gateway's plugins."""


def timestamp(now: float) -> str:
    """Seconds since 1970 as Kubernetes writes a time: RFC 3339, UTC, whole seconds."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ready(sayings: Iterable[Saying]) -> Saying:
    """Sum the other conditions up: the first that is False speaks, else the first that is Unknown."""
    told = sorted(
        (saying for saying in sayings if saying.type not in _APART), key=lambda saying: _ORDER.index(saying.type)
    )
    for status in ("False", "Unknown"):
        # Synced only repeats what another condition says better, if one does.
        speakers = [one for one in told if one.status == status and not (status == "Unknown" and one.type in _OPTIONAL)]
        speakers.sort(key=lambda saying: saying.type is ConditionType.SYNCED)
        if speakers:
            worst = speakers[0]
            return Saying(type=ConditionType.READY, status=worst.status, reason=worst.reason, message=worst.message)
    return Saying(
        type=ConditionType.READY, status="True", reason=Reason.RECONCILED, message="Meta agrees with the resource."
    )


def conditions(old: Iterable[Condition], sayings: Iterable[Saying], generation: int, now: float) -> list[Condition]:
    """The conditions to write: in the order of `ConditionType`, a transition only where the status flips.

    Args:
        old: those of the status so far.
        sayings: all that applies now; what is not said is dropped.
        generation: of the resource they are said about.
        now: seconds since 1970.
    """
    before = {condition.type: condition for condition in old}
    told = sorted(sayings, key=lambda saying: _ORDER.index(saying.type))
    return [_condition(before.get(saying.type), saying, generation, now) for saying in told]


def said_before(old: Iterable[Condition], about: ConditionType) -> Condition | None:
    """The condition of this type in a status, if there is one."""
    return next((condition for condition in old if condition.type == about), None)


def _condition(old: Condition | None, saying: Saying, generation: int, now: float) -> Condition:
    stayed = old is not None and old.status == saying.status and old.last_transition_time is not None
    return Condition(
        type=saying.type,
        status=saying.status,
        reason=saying.reason,
        message=saying.message,
        last_transition_time=old.last_transition_time if old is not None and stayed else timestamp(now),
        observed_generation=generation,
    )
