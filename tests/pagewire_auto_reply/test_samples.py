"""Every body Meta sends: what of it is answered, and what never is."""

from pagewire import samples, wire
from pagewire.replies import check
from pagewire.surfaces import surface_of
from pagewire_auto_reply import explain
from pagewire_auto_reply.answers import answers
from tests.pagewire_auto_reply.making import ADA, LATER, config, rule

RECEIVED = 1_790_000_000_350
OLD = "the event is 262540176 seconds old, older than maxAge"
"""The dashboard's test button sends an instant of long ago."""
ALL = [rule({"any": True}), rule({"unsupported": True}), rule({"kind": "referral"})]


def test_rules_that_take_all_answer_every_message_postback_and_referral_and_nothing_else() -> None:
    rules, silent = config(ALL), dict[str, str | None]()
    for name in samples.names():
        for kind, item in zip(samples.kinds(name), wire.read(samples.body(name), RECEIVED).items, strict=True):
            event = wire.event_of(item, RECEIVED)
            found = explain(event, LATER, rules, event.received)
            for reply in answers(found, rules, event, ADA):
                check(reply, surface_of(event.object))
            assert not found.fired or kind in {"message", "postback", "referral"}, name
            if kind in {"message", "postback", "referral"} and not found.fired:
                silent[name] = found.silence
    assert silent == {
        "instagram/postback_self": "the account wrote to itself",
        "instagram/dashboard_test_changes_message": OLD,
        "messenger/dashboard_test_changes_postback": OLD,
    }
