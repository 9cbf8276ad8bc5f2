"""The contract of plugins: each part of it is broken by one plugin here, and by no other."""

import asyncio

import pytest
from msgspec import Struct

from pagewire import Text, TryLater, hookimpl
from pagewire.rehearsal import check_plugin
from pagewire.rehearsal.checks import CHECKS

HOOKS, CONFIG, EVERY, REPEAT, ENDS, FORGETS, SILENT = CHECKS


class Good:
    class Config(Struct, forbid_unknown_fields=True, frozen=True):  # noqa: D106
        word: str = "Hello"

    @hookimpl
    async def message_received(self, event, context):
        decided = await context.store.get(f"said.{context.attempt and event.id}")
        if decided is None:
            decided = context.config.word
            await context.store.put(f"said.{event.id}", decided)
        return Text(text=decided)

    @hookimpl
    async def person_deleted(self, person, context):
        return "done"


class Misspelt:
    @hookimpl
    async def mesage_received(self, event):
        return None


class TakesAnything(Good):
    class Config(Struct, frozen=True):  # noqa: D106
        word: str = "Hello"


class Raises:
    @hookimpl
    async def reaction_received(self, event):
        raise ZeroDivisionError


class TooLong:
    @hookimpl
    async def message_received(self, event):
        return Text(text="x" * 2001)


class Counts:
    @hookimpl
    async def message_received(self, event, context):
        return Text(text=str(await context.store.change("count", lambda seen: seen + 1, default=0)))


class Clings:
    @hookimpl
    async def message_received(self, event):
        try:
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            await asyncio.sleep(3600)


class NamesPeople(Good):
    @hookimpl
    async def person_deleted(self, person, context):
        return f"forgot {person.id}"


class FailsAgain(Good):
    def __init__(self):
        self.gone = set()

    @hookimpl
    async def person_deleted(self, person, context):
        self.gone.remove(person.id) if person.id in self.gone else self.gone.add(person.id)
        if person.id not in self.gone:
            raise KeyError(person.id)


class KeepsAList(Good):
    @hookimpl
    async def message_received(self, event, context):
        await context.account_store.put("seen", [event.person])


class StrikesOff(KeepsAList):
    @hookimpl
    async def person_deleted(self, person, context):
        await context.account_store.put("seen", [])


class Tells:
    @hookimpl
    async def message_received(self, event, context):
        context.log.info("they wrote %s", event.text)


async def broken(subject, config=None):
    return {check.name for check in await check_plugin("plugin", subject, config) if not check.passed}


@pytest.mark.parametrize(
    ("subject", "parts"),
    [
        (Good, set()),
        (TakesAnything, {CONFIG}),
        (Raises, {EVERY}),
        (TooLong, {EVERY}),
        (Counts, {REPEAT}),
        (NamesPeople, {FORGETS}),
        (FailsAgain, {FORGETS}),
        (KeepsAList, {FORGETS}),
        (StrikesOff, set()),
        (Tells, {SILENT}),
    ],
)
async def test_each_part_is_broken_by_who_breaks_it(subject, parts):
    assert await broken(subject()) == parts


async def test_a_misspelt_hook_is_named_with_what_was_meant():
    checks = await check_plugin("plugin", Misspelt(), only=HOOKS)
    assert "did you mean message_received?" in checks[0].problem


async def test_a_hook_that_does_not_end_is_found(monkeypatch):
    monkeypatch.setattr("pagewire.rehearsal.checks._GRACE", 0.1)
    checks = await check_plugin("plugin", Clings(), only=ENDS)
    assert "CancelledError" in checks[0].problem


async def test_a_system_that_is_away_is_no_fault_of_the_plugin():
    class Away(Good):
        @hookimpl
        async def person_deleted(self, person, context):
            raise TryLater(after=5)

    assert await broken(Away()) == set()


async def test_a_configuration_that_does_not_fit_breaks_every_part():
    assert await broken(Good(), {"wrod": "Hi"}) == set(CHECKS)
