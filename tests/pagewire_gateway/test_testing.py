"""The fixture `gateway`, as tests of plugins use it."""


async def test_a_test_has_the_real_gateway(gateway):
    rules = [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]
    running = await gateway(auto_reply={"rules": rules}, logging={"stream": "stderr"})
    await running.say("hours?")
    assert await running.replies(1) == ["9 to 5"]
    (event,) = await running.settled("auto-reply")
    assert event.lanes["auto-reply"].state == "done"
