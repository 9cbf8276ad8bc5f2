"""Every partition has one worker, nobody has two more than another, and few move when somebody comes or goes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pagewire_gateway.workers.fairness import shares

names = st.sets(st.text("0123456789abcdef", min_size=8, max_size=8), min_size=1, max_size=12)


@given(members=names, partitions=st.integers(1, 64))
def test_all_partitions_are_shared_evenly(members: set[str], partitions: int):
    found = shares(members, partitions)
    assert set(found) == set(range(partitions))
    load = Counter(found.values())
    counts = [load[member] for member in members]
    assert max(counts) - min(counts) <= 1


@given(members=names, partitions=st.integers(1, 64))
def test_whoever_looks_comes_to_the_same_answer(members: set[str], partitions: int):
    assert shares(sorted(members), partitions) == shares(sorted(members, reverse=True), partitions)


def test_most_partitions_stay_where_they_are_when_a_worker_goes():
    members = [f"worker-{number}" for number in range(8)]
    before, after = shares(members, 64), shares(members[1:], 64)
    moved = [one for one in before if before[one] != "worker-0" and before[one] != after[one]]
    assert len(moved) <= 24


def test_without_workers_nobody_has_anything():
    assert shares([], 8) == {}
