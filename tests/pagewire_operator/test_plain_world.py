"""A world made of documents."""

import pytest

from pagewire.resources import InvalidResourceError, MessengerPageStatus
from pagewire.sealed import Sealed
from pagewire_operator.brain.indices import find
from pagewire_operator.model import Key, NotOurs, World
from pagewire_operator.plain_world import PlainWorld
from tests.pagewire_operator.brain.manifests import app, linked, page, secret, token


def test_it_holds_what_it_was_given() -> None:
    world = PlainWorld([app(), page("b"), page("a"), secret("s", token="T")])
    kept: World = world
    assert [one.metadata.name for one in kept.all("MessengerPage")] == ["a", "b"]
    assert kept.get("MessengerPage", "support", "c") is None
    view = kept.secret("support", "s")
    assert view is not None
    assert view.values["token"].reveal() == "T"
    assert not kept.terminating("support")


def test_the_oldest_come_first() -> None:
    old = page("z", metadata={"creationTimestamp": "2020-01-01T00:00:00Z"})
    new = page("a", metadata={"creationTimestamp": "2024-01-01T00:00:00Z"})
    world = PlainWorld([new, old])
    assert [one.metadata.name for one in world.all("MessengerPage")] == ["z", "a"]
    assert [one.metadata.name for one in world.by("MessengerPage", "app", "support/acme")] == ["z", "a"]


def test_its_indices_follow_every_change() -> None:
    world = PlainWorld([page("a"), linked("i")])
    assert [one.metadata.name for one in find(world, "MessengerPage", "token", "support/harbour")] == ["a"]
    world.read(page("a", tokenRef={"name": "other"}))
    assert list(find(world, "MessengerPage", "token", "support/harbour")) == []
    assert [one.metadata.name for one in find(world, "InstagramAccount", "pageRef", "support/harbour")] == ["i"]
    world.drop(Key("InstagramAccount", "support", "i"))
    assert list(find(world, "InstagramAccount", "pageRef", "support/harbour")) == []


def test_an_index_finds_what_a_search_finds() -> None:
    world = PlainWorld([app(), page("a"), page("b", pageId="108000000000002"), token()])

    class Plain:
        """The same world, without its indices."""

        get, all, secret, terminating = world.get, world.all, world.secret, world.terminating

    for index, value in (("page", "108000000000002"), ("app", "support/acme"), ("token", "support/nobody")):
        assert list(find(Plain(), "MessengerPage", index, value)) == list(find(world, "MessengerPage", index, value))
    assert list(find(Plain(), "MessengerApp", "secret", "support/acme-app")) == list(world.all("MessengerApp"))


def test_a_status_survives_only_with_its_resource() -> None:
    world = PlainWorld([page("a")])
    made = world.get("MessengerPage", "support", "a")
    assert made is not None
    world.put_status(made, MessengerPageStatus(name="Harbour"))
    stored = world.get("MessengerPage", "support", "a")
    assert stored is not None
    assert stored.status == MessengerPageStatus(name="Harbour")
    world.drop(Key("MessengerPage", "support", "a"))
    world.put_status(made, MessengerPageStatus(name="Harbour"))
    assert world.get("MessengerPage", "support", "a") is None


async def test_it_keeps_secrets_for_their_owner_alone() -> None:
    world = PlainWorld([token("a"), token("b")])
    first, second = world.all("AccessToken")
    await world.keep(first, "kept", {"token": Sealed("ONE")})
    one = world.secret("support", "kept")
    await world.keep(first, "kept", {"token": Sealed("TWO")})
    two = world.secret("support", "kept")
    assert one is not None
    assert two is not None
    assert (one.version, two.values["token"].reveal()) != (two.version, "ONE")
    with pytest.raises(NotOurs):
        await world.keep(second, "kept", {"token": Sealed("MINE")})


async def test_a_secret_somebody_wrote_is_not_replaced() -> None:
    world = PlainWorld([token("a"), secret("a-access-token", token="HANDS OFF")])
    (owner,) = world.all("AccessToken")
    with pytest.raises(NotOurs):
        await world.keep(owner, "a-access-token", {"token": Sealed("MINE")})


def test_base64_is_read_and_what_is_no_text_left_out() -> None:
    made = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "support"},
        "data": {"good": "VE9LRU4=", "noise": "//79"},
    }
    view = PlainWorld([made]).secret("support", "s")
    assert view is not None
    assert set(view.values) == {"good"}
    assert view.values["good"].reveal() == "TOKEN"
    assert "TOKEN" not in repr(view)


def test_other_documents_are_refused() -> None:
    with pytest.raises(InvalidResourceError):
        PlainWorld([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}])
