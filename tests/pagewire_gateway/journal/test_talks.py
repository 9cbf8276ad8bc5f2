"""Conversations asked for at the same time are read together, and each gets its own answer."""

import asyncio

import pytest

from pagewire.events import Conversation
from pagewire_gateway.journal.port import JournalUnavailable
from tests.contracts.journal_world import PAGE, append, said


def of(person: str) -> Conversation:
    return Conversation("page", PAGE, person)


async def test_each_of_many_gets_its_own_answer(open_journal):
    journal = await open_journal({"fold_at": 10})
    people = [f"24{number:014d}" for number in range(450)]
    for person in people[::2]:
        await append(journal, said(f"m-{person}", person=person))
    states = await asyncio.gather(*(journal.conversation(of(person)) for person in people))
    assert [state.first_seen is not None for state in states] == [number % 2 == 0 for number in range(len(people))]
    assert len({state.first_event for state in states}) == 226


async def test_who_gave_up_waiting_leaves_the_others_alone(open_journal):
    journal = await open_journal()
    await append(journal, said("a"))
    impatient = asyncio.ensure_future(journal.conversation(of("nobody")))
    await asyncio.sleep(0)
    patient = asyncio.ensure_future(journal.conversation(of("nobody")))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).first_seen is None


async def test_all_who_wait_hear_that_the_journal_is_closed(open_journal):
    journal = await open_journal()
    await journal.aclose()
    for told in await asyncio.gather(*(journal.conversation(of("a")) for _ in range(3)), return_exceptions=True):
        assert isinstance(told, JournalUnavailable)
    with pytest.raises(JournalUnavailable):
        await journal.conversation(of("b"))
