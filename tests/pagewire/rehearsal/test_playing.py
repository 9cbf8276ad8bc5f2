"""Events into one plugin: what it would reply, as the gateway would take it."""

import pytest
from msgspec import Struct

from pagewire import Person, Refused, Text, TryLater, hookimpl
from pagewire.configs import PluginError
from pagewire.rehearsal import Rehearsal, message
from pagewire.rehearsal.telling import events_in, events_of_sample
from pagewire.samples import body, kinds, names
from pagewire.testing import assert_no_pii, contract_of, found


class Greeter:
    class Config(Struct, forbid_unknown_fields=True):  # noqa: D106
        word: str = "Hello"

        def needs(self, hook):
            return hook != "event_received"

    @hookimpl
    async def event_received(self, event):
        raise AssertionError("the configuration has no need of it")

    @hookimpl
    def message_received(self, context, event):
        match event.text:
            case "later":
                raise TryLater(reason="not now")
            case "no":
                raise Refused("never")
            case "break":
                raise ValueError("broken")
            case "long":
                return Text(text="x" * 3000)
        return Text(text=context.config.word)

    def explain_event(self, event, context):
        yield f"says {context.config.word}"


TestContract = contract_of("logging")


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("hello", "done", ""),
        ("later", "later", "not now"),
        ("no", "refused", "never"),
        ("break", "failed", "ValueError: broken"),
        ("long", "refused", "ReplyError"),
    ],
)
async def test_an_event_comes_to_what_the_gateway_would_make_of_it(text, outcome, reason):
    played = await Rehearsal("greeter", Greeter()).play(message(text))
    assert (played.outcome, played.reason.startswith(reason)) == (outcome, True)
    assert played.hooks == ("message_received",)


async def test_the_configuration_counts(rehearse):
    rehearsal = rehearse(Greeter, {"word": "Ahoy"})
    assert (await rehearsal.play(message("hello"))).replies == (Text(text="Ahoy"),)
    assert await rehearsal.explain(message("hello")) == ("says Ahoy",)
    with pytest.raises(PluginError, match="wrod"):
        rehearse(Greeter, {"wrod": "Ahoy"})


async def test_who_the_person_is_can_be_told(rehearse):
    rehearsal = rehearse(Greeter, profile=Person(id="1", first_name="Ada"))
    assert (await rehearsal.context(message("x")).person()).first_name == "Ada"


async def test_what_is_kept_goes_by_the_tests_clock(rehearse, fake_clock):
    store = rehearse(Greeter).context(message("x")).store
    await store.put("k", 1, ttl=60)
    fake_clock.advance(59)
    assert await store.get("k") == 1
    fake_clock.advance(2)
    assert await store.get("k") is None


@pytest.mark.parametrize("name", names())
def test_every_sample_can_be_played(name):
    assert tuple(event.kind for event in events_of_sample(name)) == tuple(
        kind.removeprefix("standby:") for kind in kinds(name)
    )
    assert [one.kind for one in events_in(body(name))] == [one.kind for one in events_of_sample(name)]


def test_what_is_no_event_says_what_is():
    with pytest.raises(ValueError, match="--reveal"):
        list(events_in(b'{"id": "x"}'))
    with pytest.raises(ValueError, match="no JSON"):
        list(events_in(b"{"))


def test_a_plugin_that_is_not_installed_is_named():
    with pytest.raises(PluginError, match="plugin nobody is not installed"):
        found("nobody")


def test_what_people_wrote_is_found_in_a_text():
    event = message("my number is 42")
    assert_no_pii(f"event {event.id} was handled", event)
    for text in ("he said: my number is 42", f"person {event.person}"):
        with pytest.raises(AssertionError, match="it holds what"):
            assert_no_pii(text, event)
