"""How many lines are at work: bounded, fair between accounts, and nobody who rests takes a place."""

import asyncio
import gc

import msgspec

from pagewire.events import Conversation
from pagewire_gateway.outbox.gate import Gate
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_outbox import Parrot, texts
from tests.pagewire_gateway.stage import OUTBOX, plugins, staged


def line(account: str, person: int) -> Conversation:
    return Conversation("page", account, f"{account}-{person}")


class Doors:
    """A gate, and who is inside."""

    def __init__(self, most: int, per_account: int) -> None:
        self.inside: list[Conversation] = []
        self.gate = Gate(self.inside.append, most, per_account)

    def come(self, *lines: Conversation) -> None:
        self.inside += [one for one in lines if self.gate.enter(one)]

    def go(self, one: Conversation) -> None:
        self.inside.remove(one)
        self.gate.leave(one)


def test_beyond_the_places_lines_wait_and_begin_in_order():
    doors = Doors(most=2, per_account=2)
    doors.come(*(line("a", number) for number in range(5)))
    seen = []
    while doors.inside:
        assert len(doors.inside) <= 2
        seen.append(doors.inside[0])
        doors.go(doors.inside[0])
    assert seen == [line("a", number) for number in range(5)]


def test_an_account_with_many_lines_keeps_back_only_its_own():
    doors = Doors(most=4, per_account=2)
    doors.come(*(line("busy", number) for number in range(50)), line("calm", 0))
    assert [one.account for one in doors.inside] == ["busy", "busy", "calm"]
    doors.go(line("calm", 0))
    doors.come(line("calm", 1))
    assert line("calm", 1) in doors.inside
    while doors.inside:
        assert sum(one.account == "busy" for one in doors.inside) <= 2
        doors.go(doors.inside[0])
    assert not any(line("busy", number) in doors.gate for number in range(50))


def test_lines_that_were_kept_back_begin_also_when_the_whole_house_was_full_meanwhile():
    doors = Doors(most=3, per_account=2)
    doors.come(line("a", 0), line("a", 1), line("a", 2), line("b", 0), line("b", 1), line("b", 2), line("a", 3))
    seen = set()
    while doors.inside:
        one = doors.inside[-1]
        seen.add(one)
        doors.go(one)
    assert len(seen) == 7


def test_who_rests_takes_nobodys_place():
    doors = Doors(most=1, per_account=1)
    doors.come(line("a", 0), line("b", 0))
    with doors.gate.aside(line("a", 0)):
        assert doors.inside == [line("a", 0), line("b", 0)]
        doors.go(line("b", 0))
    doors.come(line("b", 1))
    assert line("b", 1) not in doors.inside


def _tasks() -> int:
    return sum(type(one) is asyncio.Task for one in gc.get_objects())


async def test_a_crowd_of_conversations_is_not_a_crowd_of_tasks(tmp_path):
    people, at_once = 200, 5
    few = msgspec.structs.replace(OUTBOX, concurrency=at_once, per_account=at_once, timeout=30.0)
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=few) as stage:
        before, pace, free = _tasks(), stage.gateway.outbox._pace, asyncio.Event()
        hold = pace.hold

        async def hold_later(conversation):
            await free.wait()  # however slow the machine is, all of them are here before the first goes
            await hold(conversation)

        pace.hold = hold_later
        for number in range(people):
            await stage.sim.say(making.PAGE, f"p{number}", str(number))
        await stage.until(lambda: stage.gateway.outbox.waiting() == people, 60)
        assert _tasks() - before < people / 2
        free.set()
        await stage.sim.wait_for_sends(people, timeout=60)
        assert sorted(texts(stage)) == sorted(f"re {number}" for number in range(people))
