"""A little of the fuzzing, the same each time: any bytes, and good inputs bent."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import port
from tests.fuzz.targets import TARGETS, Target, timed


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@settings(max_examples=60, derandomize=True)
@given(data=st.binary(max_size=400))
def test_any_bytes(target: Target, data: bytes):
    timed(target, data)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_good_inputs_bent(target: Target):
    chance, seeds = random.Random(1), target.seeds()
    for seed in seeds:
        timed(target, seed)
    for _ in range(60):
        seed = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            seed[chance.randrange(len(seed))] = chance.randrange(256)
        timed(target, bytes(seed))


@pytest.mark.slow(6)
async def test_bent_requests_at_a_real_port():
    assert await port.play(30, seed=1, most=30) == 30
