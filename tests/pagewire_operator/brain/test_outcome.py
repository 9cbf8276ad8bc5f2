"""From what a kind reports to the whole status and the Events."""

from typing import Any

from msgspec import structs

from pagewire.resources import Condition, ConditionType, MessengerPageStatus, Reason, Resource, decode
from pagewire_operator.brain.outcome import events, sayings, status
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.sayings import false, true, unknown
from pagewire_operator.brain.trouble import Pace, Trouble
from pagewire_operator.model import Happening, Severity, Step

from .manifests import page

NOW = 1_795_305_600.0
SUBSCRIBED = ConditionType.SUBSCRIBED
GOOD, BAD = true(SUBSCRIBED, "all there"), false(SUBSCRIBED, Reason.NOT_SUBSCRIBED, "not there")
UNSEEN = unknown(SUBSCRIBED, Reason.GRAPH_UNAVAILABLE, "away")
AWAY = Trouble(reason=Reason.GRAPH_UNAVAILABLE, message="away", pace=Pace.SOON)
REFUSED = Trouble(reason=Reason.TOKEN_INVALID, message="dead", about=ConditionType.TOKEN_VALID)
STEP = Step(action="Subscribe", target="Page 1", detail="add messages")
DRIFT = structs.replace(STEP, drift=True)


def resource(old: Any = None, generation: int = 1, **annotations: str) -> Resource:
    made = decode(page())
    told = {f"pagewire.dev/{name.replace('_', '-')}": value for name, value in annotations.items()}
    metadata = structs.replace(made.metadata, generation=generation, annotations=told)
    return structs.replace(made, metadata=metadata, status=old)


def report(*told: Any, happenings: tuple[Happening, ...] = ()) -> Report:
    return Report(facts=MessengerPageStatus(name="Harbour"), sayings=told, happenings=happenings)


def after(old: Any, *told: Any, generation: int = 1, **work: Any) -> dict[str, Condition]:
    made = status(resource(old, generation), report(*told), Work(**work), NOW)
    return {one.type: one for one in made.conditions}


GOOD_BEFORE = status(resource(), report(GOOD), Work(done=(STEP,), planned=(STEP,)), NOW - 60)


def test_all_done() -> None:
    made = after(None, GOOD, done=(STEP,), planned=(STEP,))
    assert {name: one.status for name, one in made.items()} == {"Ready": "True", "Synced": "True", "Subscribed": "True"}


def test_the_same_again_is_the_same_status() -> None:
    assert status(resource(GOOD_BEFORE), report(GOOD), Work(), NOW) == GOOD_BEFORE


def test_a_change_at_meta_is_dated_and_a_look_is_not() -> None:
    assert GOOD_BEFORE.last_changed_at == "2026-11-21T23:59:00Z"
    assert status(resource(GOOD_BEFORE), report(BAD), Work(), NOW).last_changed_at == "2026-11-21T23:59:00Z"


def test_what_passes_leaves_ready_and_the_unseen_as_they_were() -> None:
    made = after(GOOD_BEFORE, UNSEEN, trouble=AWAY)
    assert (made["Ready"].status, made["Subscribed"].status) == ("True", "True")
    assert (made["Synced"].status, made["Synced"].reason) == ("False", "GraphUnavailable")


def test_what_passes_does_not_speak_for_a_newer_spec() -> None:
    made = after(GOOD_BEFORE, UNSEEN, generation=2, trouble=AWAY)
    assert (made["Ready"].status, made["Ready"].reason) == ("Unknown", "GraphUnavailable")
    assert made["Ready"].observed_generation == 2


def test_what_is_seen_counts_whatever_else_passes() -> None:
    made = after(GOOD_BEFORE, BAD, trouble=AWAY)
    assert (made["Ready"].status, made["Ready"].reason) == ("False", "NotSubscribed")


def test_what_does_not_pass_takes_ready_away_and_stalls() -> None:
    made = after(GOOD_BEFORE, false(ConditionType.TOKEN_VALID, Reason.TOKEN_INVALID, "dead"), trouble=REFUSED)
    assert (made["Ready"].status, made["Ready"].reason) == ("False", "TokenInvalid")
    assert (made["Stalled"].status, made["Stalled"].message) == ("True", "dead")


def test_observing_shows_the_plan() -> None:
    made = status(resource(), report(BAD), Work(planned=(STEP,), observing=True), NOW)
    (step,) = made.plan
    assert (step.action, step.target, step.detail) == ("Subscribe", "Page 1", "add messages")
    told = {one.type: one for one in sayings(resource(), report(BAD), Work(planned=(STEP,), observing=True))}
    assert told[ConditionType.SYNCED].reason is Reason.OBSERVING
    assert told[ConditionType.SYNCED].status == "False"


def test_observing_nothing_to_do() -> None:
    told = {one.type: one for one in sayings(resource(), report(GOOD), Work(observing=True))}
    assert told[ConditionType.SYNCED].status == told[ConditionType.READY].status == "True"


def test_the_annotation_that_was_acted_on_is_remembered() -> None:
    made = status(resource(None, reconcile_at="now"), report(GOOD), Work(), NOW)
    assert made.last_handled_reconcile_at == "now"
    assert status(resource(made), report(GOOD), Work(), NOW).last_handled_reconcile_at == "now"


def told(old: Any, *sayings_: Any, first: bool = True, **work: Any) -> list[tuple[str, Severity]]:
    made = resource(old)
    new = status(made, report(*sayings_), Work(**work), NOW)
    found = events(made, new, report(*sayings_), Work(**work), first=first)
    return [(event.reason, event.severity) for event in found]


def test_drift_is_told_before_it_is_mended() -> None:
    assert told(GOOD_BEFORE, GOOD, planned=(DRIFT,), done=(DRIFT,)) == [
        ("DriftFound", Severity.WARNING),
        ("Changed", Severity.NORMAL),
    ]


def test_drift_that_cannot_be_mended_is_told_once() -> None:
    assert ("DriftFound", Severity.WARNING) in told(GOOD_BEFORE, BAD, planned=(DRIFT,), trouble=REFUSED)
    assert ("DriftFound", Severity.WARNING) not in told(
        GOOD_BEFORE, BAD, planned=(DRIFT,), trouble=REFUSED, first=False
    )


def test_turning_bad_and_good_is_told_and_staying_is_not() -> None:
    bad_before = status(resource(GOOD_BEFORE), report(BAD), Work(trouble=REFUSED), NOW)
    assert told(GOOD_BEFORE, BAD, trouble=REFUSED) == [
        ("NotSubscribed", Severity.WARNING),
        ("TokenInvalid", Severity.WARNING),
    ]
    assert told(bad_before, BAD, trouble=REFUSED) == []
    assert {reason for reason, _ in told(bad_before, GOOD)} == {"Reconciled"}


def test_a_first_success_needs_no_words() -> None:
    assert told(None, GOOD, planned=(STEP,), done=(STEP,)) == [("Changed", Severity.NORMAL)]
