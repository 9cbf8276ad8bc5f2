"""From what a kind reports to the outcome: the whole status, the Events, and when to look again. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import structs

from pagewire.resources import Condition, ConditionType, PlanStep, Reason, Resource, Status
from pagewire.resources.bounds import bounded
from pagewire.resources.conditions import STALLING
from pagewire_operator.model import Happening, Saying, Severity, Step, asked_for

from .conditions import conditions, ready, said_before, timestamp
from .report import Report, Work
from .trouble import Pace, Trouble

__all__ = ["events", "plan_of", "sayings", "status"]

MAX_PLAN: Final = 50

Old = Sequence[Condition]


def sayings(resource: Resource, report: Report, work: Work) -> tuple[Saying, ...]:
    """All conditions: the kind's own, then Synced, Ready, and Stalled where it applies."""
    told = list(report.sayings)
    if not any(saying.type is ConditionType.SYNCED for saying in told):
        told.append(_synced(work))
    summed = _ready(resource, told, work)
    told.append(summed)
    if summed.status == "False" and summed.reason in STALLING:
        told.append(Saying(type=ConditionType.STALLED, status="True", reason=summed.reason, message=summed.message))
    return tuple(told)


def status(resource: Resource, report: Report, work: Work, now: float) -> Status:
    """The whole new status; equal to the old one if nothing changed."""
    old = resource.status or Status()
    generation = resource.metadata.generation
    fresh = conditions(old.conditions, sayings(resource, report, work), generation, now)
    asked = asked_for(resource.metadata)
    new: Status = structs.replace(
        report.facts,
        observed_generation=generation,
        conditions=_kept(old.conditions, fresh, work.trouble, generation),
        plan=plan_of(work.planned) if work.observing else [],
        last_changed_at=timestamp(now) if work.done else old.last_changed_at,
        last_handled_reconcile_at=old.last_handled_reconcile_at if asked is None else asked,
    )
    return bounded(new)


def plan_of(steps: Iterable[Step]) -> list[PlanStep]:
    """Steps as they are shown in status."""
    shown = [PlanStep(action=step.action, target=step.target, detail=step.detail) for step in steps]
    return shown[:MAX_PLAN]


def events(resource: Resource, new: Status, report: Report, work: Work, *, first: bool) -> tuple[Happening, ...]:
    """What to tell people, drift before its mending.

    Args:
        resource: with its status so far.
        new: the status to come.
        report: the kind's own happenings.
        work: what was planned and done.
        first: this is not a mere repetition of a failed try.
    """
    old = resource.status or Status()
    fresh = first and (not work.observing or new.plan != old.plan)
    found = [_drift(step) for step in work.planned if step.drift and (fresh or step in work.done)]
    done = [_told(Reason.CHANGED, f"{step.action} {step.target}: {step.detail}") for step in work.done]
    return (*found, *done, *report.happenings, *_flips(old.conditions, new.conditions))


def _drift(step: Step) -> Happening:
    said = f"{step.target} was changed at Meta by somebody else: {step.detail}"
    return _told(Reason.DRIFT_FOUND, said, Severity.WARNING)


def _flips(old: Old, new: Old) -> Iterable[Happening]:
    """One Event for every condition that turned good or bad; one sentence is told once."""
    told: set[tuple[str, str]] = set()
    for condition in new:
        before = said_before(old, ConditionType(condition.type))
        if condition.type == ConditionType.STALLED or not _flipped(before, condition):
            continue
        if (condition.reason, condition.message) not in told:
            told.add((condition.reason, condition.message))
            severity = Severity.NORMAL if condition.status == "True" else Severity.WARNING
            yield Happening(reason=condition.reason, message=condition.message, severity=severity)


def _flipped(before: Condition | None, now: Condition) -> bool:
    if before is None:
        return now.status == "False"
    return (before.status, before.reason) != (now.status, now.reason) and "False" in (before.status, now.status)


def _told(reason: Reason, message: str, severity: Severity = Severity.NORMAL) -> Happening:
    return Happening(reason=reason, message=message, severity=severity)


def _synced(work: Work) -> Saying:
    def saying(status: str, reason: Reason, message: str) -> Saying:
        return Saying(
            type=ConditionType.SYNCED, status="True" if status == "True" else "False", reason=reason, message=message
        )

    if work.trouble is not None:
        return saying("False", work.trouble.reason, work.trouble.message)
    if work.observing and work.planned:
        said = f"Nothing is changed under managementPolicy Observe; {len(work.planned)} steps are in status.plan."
        return saying("False", Reason.OBSERVING, said)
    if work.observing:
        return saying("True", Reason.OBSERVING, "Meta agrees with the resource; nothing would be changed.")
    return saying("True", Reason.RECONCILED, "The last reconciliation did what the spec asks.")


def _ready(resource: Resource, told: list[Saying], work: Work) -> Saying:
    """Ready; a trouble that passes by itself leaves it as it was, for webhooks go on all the same."""
    old = said_before(resource.status.conditions if resource.status else (), ConditionType.READY)
    if not _passing(work.trouble):
        return ready(told)
    own = ready(one for one in told if one.type is not ConditionType.SYNCED and one.status != "Unknown")
    if own.status == "False":
        return own
    if old is not None and old.observed_generation == resource.metadata.generation:
        return Saying(type=ConditionType.READY, status=old.status, reason=_reason(old.reason), message=old.message)
    return ready(
        one if one.type is not ConditionType.SYNCED else structs.replace(one, status="Unknown") for one in told
    )


def _reason(text: str) -> Reason:
    """A reason of an older or newer release may be unknown here."""
    return Reason(text) if text in set(Reason) else Reason.PROGRESSING


def _kept(old: Old, fresh: list[Condition], trouble: Trouble | None, generation: int) -> list[Condition]:
    """Under a passing trouble, what could not be seen stays what it was."""
    if not _passing(trouble):
        return fresh
    before = {condition.type: condition for condition in old if condition.observed_generation == generation}
    return [before.get(one.type, one) if one.status == "Unknown" else one for one in fresh]


def _passing(trouble: Trouble | None) -> bool:
    return trouble is not None and trouble.pace is not Pace.SLOW
