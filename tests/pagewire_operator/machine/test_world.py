"""What is known, what a change of it means, and how a status becomes another."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import structs

from pagewire.kube import Object, ObjectName
from pagewire.resources import AccessTokenStatus, MessengerPageStatus, Resource, Status
from pagewire.resources.account_status import ProfileFacts
from pagewire.resources.status import Condition
from pagewire.sealed import Sealed
from pagewire_operator.brain.claims import kept_for_accounts, losers
from pagewire_operator.brain.indices import INDICES
from pagewire_operator.cluster.merge import status_patch
from pagewire_operator.intake import is_settled
from pagewire_operator.known import FINALIZER, difference
from pagewire_operator.model import Key, SecretView
from pagewire_operator.unreadable import unreadable_status
from pagewire_operator.world import ClusterWorld
from tests.pagewire_operator.machine.making import app, known, page, with_status

KINDS = ("MessengerApp", "MessengerPage", "InstagramAccount")
KEY = Key("MessengerPage", "support", "harbour")


def test_every_secret_of_a_spec_is_found() -> None:
    assert known(app("acme", "support", "one", "two")).secrets == {"one", "two", "verify"}


OWN, OTHERS, NOTHING = (True, True), (False, True), (False, False)


@pytest.mark.parametrize(
    ("now", "means"),
    [
        (page(version=2), NOTHING),
        (page(version=2, labels={"a": "b"}), NOTHING),
        (page(version=2, annotations={"argocd.argoproj.io/tracking-id": "x"}), NOTHING),
        (page(version=2, finalizers=["somebody.else/finalizer"]), NOTHING),
        (with_status(page(version=2), ("Ready", "True")), OTHERS),
        (with_status(page(version=2), subscribedFields=["messages"]), OTHERS),
        (page(version=2, generation=2), OWN),
        (page(version=2, uid="another"), OWN),
        (page(version=2, deletionTimestamp="2026-11-22T11:00:00Z"), OWN),
        (page(version=2, annotations={"pagewire.dev/reconcile-at": "now"}), OWN),
    ],
)
def test_a_change_asks_for_what_depends_on_it(now: Object, means: tuple[bool, bool]) -> None:
    assert difference(known(page()), known(now)) == means


SAID = {"Ready": "True", "TokenValid": "True", "Synced": "True"}


@pytest.mark.parametrize(
    ("said", "more", "means"),
    [
        ({"Synced": "False"}, {}, NOTHING),
        ({"Stalled": "True", "ProfileSynced": "False"}, {}, NOTHING),
        ({}, {"generation": 2}, NOTHING),
        ({}, {"lastChangedAt": "2026-11-22T10:00:00Z", "lastHandledReconcileAt": "now"}, NOTHING),
        ({"TokenValid": "False"}, {}, OTHERS),
        ({"Ready": "False"}, {}, OTHERS),
        ({}, {"name": "Harbour Bakery"}, OTHERS),
    ],
)
def test_others_are_not_troubled_with_what_none_of_them_depends_on(
    said: dict[str, str], more: dict[str, Any], means: tuple[bool, bool]
) -> None:
    before = with_status(page(), *SAID.items())
    now = with_status(page(version=2), *(SAID | said).items(), **more)
    assert difference(known(before), known(now)) == means


def test_a_finalizer_that_somebody_took_away_is_noticed_and_ours_is_not() -> None:
    held, free = known(page(finalizers=[FINALIZER])), known(page())
    assert difference(held, free) == OWN
    assert difference(free, held) == NOTHING


def test_an_older_state_changes_nothing_unless_it_is_certain() -> None:
    world = ClusterWorld(KINDS)
    world.put(known(page(version=7, generation=2)))
    assert world.put(known(page(version=6, generation=1))) == NOTHING
    assert world.known(KEY).version == "7"  # type: ignore[union-attr]
    assert world.put(known(page(version=6, generation=1)), certain=True) == OWN
    assert world.known(KEY).version == "6"  # type: ignore[union-attr]


def test_a_successor_of_the_same_name_is_another_resource() -> None:
    world = ClusterWorld(KINDS)
    world.put(known(page(version=7)))
    assert world.put(known(page(version=8, uid="second", creationTimestamp="2026-11-23T10:00:00Z"))) == OWN
    assert [one.metadata.uid for one in world.all("MessengerPage")] == ["second"]
    assert world.drop(KEY)
    assert not world.drop(KEY)
    assert list(world.all("MessengerPage")) == []


def test_a_late_word_of_a_predecessor_does_not_bring_it_back() -> None:
    world = ClusterWorld(KINDS)
    world.put(known(page(version=8, uid="second")))
    assert world.put(known(page(version=7, uid="first", deletionTimestamp="2026-11-22T11:00:00Z"))) == NOTHING
    assert [one.metadata.uid for one in world.all("MessengerPage")] == ["second"]


def test_all_come_oldest_first_then_by_namespace_and_name() -> None:
    world = ClusterWorld(KINDS)
    for number, name in enumerate("cab"):
        world.put(known(page(name, creationTimestamp="2026-11-22T10:00:00Z")))
        world.put(known(page(f"old-{name}", creationTimestamp=f"2026-11-2{number}T09:00:00Z")))
    world.put(known(page("z", "aaa")))
    assert [one.metadata.name for one in world.all("MessengerPage")] == ["old-c", "old-a", "old-b", "z", "a", "b", "c"]


def test_what_cannot_be_read_is_known_and_not_shown() -> None:
    world = ClusterWorld(KINDS)
    odd = page()
    odd["spec"]["fromTheFuture"] = True
    world.put(known(odd))
    assert world.get(*KEY) is None
    assert list(world.all("MessengerPage")) == []
    found = world.known(KEY)
    assert found
    assert "fromTheFuture" in str(found.problem)


def test_a_secret_is_wanted_for_as_long_as_somebody_names_it() -> None:
    world = ClusterWorld(KINDS)
    name = ObjectName("support", "one")
    world.put(known(app("a", "support", "one")))
    world.put(known(app("b", "support", "one")))
    world.drop(Key("MessengerApp", "support", "a"))
    assert world.wants(name)
    changed = app("b", "support")
    changed["metadata"].update(generation=2, resourceVersion="2")
    world.put(known(changed))
    assert not world.wants(name)
    assert not world.wants(ObjectName("other", "verify"))


def test_an_index_follows_every_change() -> None:
    indices = {
        "MessengerPage": {"page": lambda page: [page.spec.page_id]},
        "MessengerApp": {"secret": lambda app: [f"{app.metadata.namespace}/{app.metadata.name}-kept"]},
    }
    world = ClusterWorld(KINDS, indices)

    def found(number: int) -> list[str]:
        return [one.metadata.name for one in world.by("MessengerPage", "page", str(108000000000000 + number))]

    for name in ("b", "a"):
        world.put(known(page(name)))
    assert found(1) == ["a", "b"]
    moved = page("a", version=2, generation=2)
    moved["spec"] = {**moved["spec"], "pageId": "108000000000002"}
    world.put(known(moved))
    assert (found(1), found(2)) == (["b"], ["a"])
    unreadable = page("a", version=3)
    unreadable["spec"] = {**unreadable["spec"], "fromTheFuture": 1}
    world.put(known(unreadable))
    world.drop(Key("MessengerPage", "support", "b"))
    assert (found(1), found(2)) == ([], [])
    world.put(known(app("acme", "support", "one")))
    names = {name.name for name in world.secrets_of(known(app("acme", "support", "one")))}
    assert names == {"one", "verify", "acme-kept"}
    assert world.wants(ObjectName("support", "acme-kept"))


def test_a_secret_that_nobody_names_any_more_is_forgotten() -> None:
    world = ClusterWorld(KINDS)
    world.put(known(app("a", "support", "one")))
    world.keep_secret(SecretView(namespace="support", name="one", version="1", owner="", values={"k": Sealed("v")}))
    world.drop(Key("MessengerApp", "support", "a"))
    assert world.secret("support", "one") is None


def test_a_secret_that_only_looks_new_is_not() -> None:
    def view(version: str, value: str) -> SecretView:
        return SecretView(namespace="n", name="s", version=version, owner="", values={"token": Sealed(value)})

    world = ClusterWorld(KINDS)
    assert world.keep_secret(view("1", "a"))
    assert not world.keep_secret(view("2", "a"))
    assert world.keep_secret(view("3", "b"))
    assert not world.keep_secret(view("2", "a"))
    assert world.secret("n", "s") == view("3", "b")


CONDITION = Condition(type="Ready", status="True", reason="Reconciled", message="So it is.")


@pytest.mark.parametrize(
    ("old", "new", "patch"),
    [
        (None, Status(), {}),
        (Status(), Status(), {}),
        (None, Status(observed_generation=3), {"observedGeneration": 3}),
        (Status(observed_generation=3), Status(observed_generation=3), {}),
        (Status(observed_generation=3), Status(), {"observedGeneration": None}),
        (
            MessengerPageStatus(name="Harbour", profile=ProfileFacts(hash="a", managed=["greeting"])),
            MessengerPageStatus(profile=ProfileFacts(hash="b", unmanaged=["ice_breakers"])),
            {"name": None, "profile": {"hash": "b", "managed": None, "unmanaged": ["ice_breakers"]}},
        ),
        (AccessTokenStatus(expires_at="2026-11-22T10:00:00Z"), AccessTokenStatus(), {"expiresAt": None}),
        (
            None,
            Status(conditions=[CONDITION]),
            {"conditions": [{"type": "Ready", "status": "True", "reason": "Reconciled", "message": "So it is."}]},
        ),
    ],
)
def test_a_status_is_patched_only_where_it_differs(old: Status | None, new: Status, patch: object) -> None:
    assert status_patch(old, new) == patch


def test_what_cannot_be_read_says_so_once() -> None:
    odd = with_status(page(), ("Ready", "True"), ("Subscribed", "True"))
    odd["spec"]["fromTheFuture"] = True
    first = unreadable_status(known(odd), 1000.0)
    told = {one.type: (one.status, one.reason) for one in first.conditions}
    assert told["Ready"] == told["Synced"] == ("False", "InvalidSpec")
    assert told["Subscribed"] == ("True", "Reconciled")
    assert unreadable_status(structs.replace(known(odd), status=first), 9000.0) == first


SETTLED = with_status(page(), ("Ready", "True"))


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        (SETTLED, True),
        (page(), False),
        (with_status(page(), ("Ready", "False")), False),
        (with_status(page(generation=2), ("Ready", "True")), False),
        (with_status(page(), ("Ready", "True"), ("Paused", "True")), False),
        (with_status(page(deletionTimestamp="2026-11-22T11:00:00Z"), ("Ready", "True")), False),
        (with_status(page(annotations={"pagewire.dev/reconcile-at": "a"}), ("Ready", "True")), False),
        (
            with_status(
                page(annotations={"pagewire.dev/reconcile-at": "a"}), ("Ready", "True"), lastHandledReconcileAt="a"
            ),
            True,
        ),
    ],
)
def test_what_looks_done_can_wait_after_a_start(found: Object, settled: bool) -> None:
    assert is_settled(known(found)) is settled


class NeverWhole(ClusterWorld):
    """A world of thousands, which nobody goes through for one that is gone."""

    def all(self, kind: str) -> Iterator[Resource]:
        raise AssertionError(f"every {kind} was gone through")


def test_a_deletion_is_told_to_those_that_waited_and_to_no_others() -> None:
    world = NeverWhole(KINDS, INDICES)
    conflict = {"type": "Subscribed", "status": "False", "reason": "Conflict", "message": "The older one has it."}
    world.put(known({**page("waits"), "status": {"conditions": [conflict]}}))
    world.put(known(page("well")))
    kept = page("kept", "fish")
    world.put(known({**kept, "status": {"subscribedFields": ["messages"]}}))
    assert list(losers(KEY, world)) == [Key("MessengerPage", "support", "waits")]
    assert list(kept_for_accounts(Key("InstagramAccount", "fish", "gone"), world)) == [
        Key("MessengerPage", "fish", "kept")
    ]
    assert list(kept_for_accounts(Key("InstagramAccount", "support", "gone"), world)) == []
