"""Ids that are remembered in little memory."""

import tracemalloc

from pagewire_logging.marks import Marks
from pagewire_logging.seen import Seen
from tests.pagewire_logging.making import message


def test_ids_that_were_added_are_among_them_and_others_are_not():
    marks = Marks(100_000)
    for hundred in range(0, 10_000, 100):
        marks.add(of(range(hundred, hundred + 100)))
    assert all(marks.hold(hash(one)) for one in of(range(10_000)))
    assert not any(marks.hold(hash(one)) for one in of(range(10_000, 20_000)))


def test_the_last_are_remembered_and_the_first_are_let_go():
    marks = Marks(10_000)
    for hundred in range(0, 100_000, 100):
        marks.add(of(range(hundred, hundred + 100)))
    assert all(marks.hold(hash(one)) for one in of(range(90_000, 100_000)))
    assert not any(marks.hold(hash(one)) for one in of(range(50_000)))


def of(numbers: range) -> list[bytes]:
    return [b"id %d" % number for number in numbers]


def test_the_ids_of_a_long_log_take_a_few_megabytes(tmp_path):
    path = tmp_path / "log"
    path.touch()
    begins = message(1).id
    tracemalloc.start()
    try:
        seen = Seen()
        with path.open("rb") as log:
            for thousand in range(250):
                seen.add((f"{begins}{thousand}{number}" for number in range(1000)), log.fileno())
        assert tracemalloc.get_traced_memory()[0] < 8_000_000
    finally:
        tracemalloc.stop()
