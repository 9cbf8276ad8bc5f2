"""The fixtures of the gateway, as tests of plugins use them."""

import pytest

from pagewire import Text, hookimpl
from pagewire.testing import assert_no_pii, message
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged


class Traced:
    @hookimpl
    async def message_received(self, event, context):
        with context.tracer.start_as_current_span(
            "think", attributes={"said": event.text if event.text == "leak" else ""}
        ):
            return Text(text="hm")


async def test_a_test_has_the_real_gateway(gateway):
    rules = [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]
    running = await gateway(auto_reply={"rules": rules}, logging={"stream": "stderr"})
    await running.say("hours?")
    assert await running.replies(1) == ["9 to 5"]
    (event,) = await running.settled("auto-reply")
    assert event.lanes["auto-reply"].state == "done"


@pytest.mark.parametrize("text", ["hello", "leak"])
async def test_spans_of_a_plugin_are_recorded_and_looked_through(tmp_path, recorded_spans, text):
    async with staged(tmp_path, plugins(traced=Traced)) as stage:
        await stage.sim.say(making.PAGE, "ann", text)
        await stage.sim.wait_for_sends(1)
    assert "think" in recorded_spans.names
    if text == "leak":
        with pytest.raises(AssertionError, match="it holds what its person wrote"):
            assert_no_pii(recorded_spans.text, message(text))
    else:
        assert_no_pii(recorded_spans.text, message(text))
