"""kill -9 at any moment: what was acknowledged is there once, settled means replies are stored, the file is whole."""

import asyncio
import random
import sys

import pytest

from tests.contracts.journal_world import append, said
from tests.whole.system import die_with_parent

ROUNDS = 5


async def live_and_die(path, prefix: str, lines: int) -> list[list[str]]:
    """Let the victim acknowledge so many things, kill it, and return all it had acknowledged."""
    command = [sys.executable, "-m", "tests.pagewire_gateway.journal.victim", str(path), prefix]
    victim = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, limit=1 << 24, preexec_fn=die_with_parent
    )
    assert victim.stdout
    said_so = [await victim.stdout.readline() for _ in range(lines)]
    victim.kill()
    said_so += (await victim.stdout.read()).splitlines(keepends=True)
    await victim.wait()
    return [line.decode().split() for line in said_so if line.endswith(b"\n")]


@pytest.mark.slow(10)
async def test_nothing_acknowledged_is_lost_or_doubled(open_journal, path, look):
    chance = random.Random()
    stored: list[str] = []
    settled: list[tuple[int, str]] = []
    for number in range(ROUNDS):
        acknowledged = await live_and_die(path, f"round{number}", chance.randrange(50, 2500))
        stored += [words[1] for words in acknowledged if words[0] == "stored"]
        settled += [(int(words[1]), words[2]) for words in acknowledged if words[0] == "settled"]
    assert look("pragma integrity_check") == [("ok",)]
    held = [key.rpartition(":")[2] for (key,) in look("select key from event")]
    assert len(held) == len(set(held))
    assert set(stored) <= set(held)

    done = set(look("select seq, lower(hex(id)) from event join delivery using (seq) where state = 'done'"))
    assert set(settled) <= done
    replies = {id_ for (id_,) in look("select id from outbox")}
    assert replies == {f"{kind}-{id_}" for _, id_ in done for kind in "rs"}

    journal = await open_journal()
    repeats = await asyncio.gather(*(append(journal, said(mid)) for mid in chance.sample(held, min(300, len(held)))))
    assert {done.duplicates for done in repeats} == {1}
    assert (await append(journal, said("after all that"))).new[0].seq == len(held) + 1
