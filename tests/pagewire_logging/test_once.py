"""A line stands in the file once: repeats, restarts, other processes, rotation, kill -9."""

import signal
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

from pagewire_logging.config import Include
from pagewire_logging.entries import Entry, entry_of
from pagewire_logging.files import LogFile
from pagewire_logging.line import Occasion, line_of
from pagewire_logging.seen import Seen
from pagewire_logging.sinks.file import FileSink
from tests.pagewire_logging.making import HARBOUR, NOW, lines, message
from tests.whole.system import die_with_parent

ROOT = Path(__file__).parents[2]


def entry(number: int) -> Entry:
    return entry_of(line_of(message(number), Occasion(account=HARBOUR, attempt=1, time=NOW), Include()))


SIZE = len(entry(1).raw)


def sink(path: Path, *, max_bytes: int = 0, keep: int = 5, retain: float = 0, now: float = 0) -> FileSink:
    file = LogFile(path=path, max_bytes=max_bytes, every_seconds=0, keep=keep, fsync=False, clock=lambda: now)
    return FileSink(file, retain, lambda: now)


def ids(*numbers: int) -> list[str]:
    return [message(number).id for number in numbers]


def found(path: Path) -> list[str]:
    return [one["id"] for one in lines(path)]


def test_a_repeat_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    one = sink(path)
    one.append([entry(1), entry(1), entry(2)])
    one.append([entry(2), entry(3)])
    assert found(path) == ids(1, 2, 3)


def test_the_next_process_knows_what_the_last_one_wrote(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sink(path).append([entry(1)])
    sink(path).append([entry(1), entry(2)])
    assert found(path) == ids(1, 2)


def test_what_another_process_wrote_meanwhile_is_known(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    one, other = sink(path), sink(path)
    one.append([entry(1)])
    other.append([entry(2)])
    one.append([entry(3), entry(2)])
    other.append([entry(3), entry(1), entry(4)])
    assert found(path) == ids(1, 2, 3, 4)


def test_files_put_aside_are_known_also_when_others_put_them_aside(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    one, other = sink(path, max_bytes=2 * SIZE + 20), sink(path, max_bytes=2 * SIZE + 20)
    one.append([entry(1)])
    for number in range(2, 8):
        other.append([entry(number)])
    one.append([entry(number) for number in range(1, 9)])
    sink(path).append([entry(number) for number in range(1, 9)])
    names = ["events.jsonl.4", "events.jsonl.3", "events.jsonl.2", "events.jsonl.1", "events.jsonl"]
    written = [one for name in names if (tmp_path / name).exists() for one in found(tmp_path / name)]
    assert written == ids(*range(1, 9))


def test_half_a_line_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(entry(1).raw + entry(2).raw[:-5])
    sink(path).append([entry(1), entry(2)])
    assert path.read_bytes() == entry(1).raw + entry(2).raw[:-5] + b"\n" + entry(2).raw


def test_a_file_that_was_emptied_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    one = sink(path)
    one.append([entry(1), entry(2)])
    path.write_bytes(b"")
    sink(path).append([entry(3)])
    one.append([entry(3), entry(4)])
    assert found(path) == ids(3, 4)


def test_only_so_much_is_read_and_remembered(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    sink(path).append([entry(number) for number in range(10)])
    with path.open("rb") as file:
        short, forgetful = Seen(tail=3 * len(entry(9).raw)), Seen(known=4)
        short.catch_up(path, file.fileno())
        assert known_to(short) == [7, 8, 9]
        for number in range(10):
            forgetful.add(ids(number), file.fileno())
        assert known_to(forgetful) == [4, 5, 6, 7, 8, 9]


def known_to(seen: Seen) -> list[int]:
    return [number for number in range(10) if not seen.new([(entry(number).key, b"")])]


def test_old_files_go_with_retention(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    one = sink(path, max_bytes=1)
    for number in range(3):
        one.append([entry(number)])
    now = path.stat().st_mtime + 100
    sink(path, retain=200, now=now).append([entry(3)])
    assert len(list(tmp_path.iterdir())) == 3
    sink(path, retain=50, now=now).append([entry(4)])
    assert [one.name for one in tmp_path.iterdir()] == ["events.jsonl"]
    assert found(path) == ids(2, 3, 4)


VICTIM = textwrap.dedent("""
    import asyncio, sys
    from pagewire_logging import Logging
    from tests.pagewire_logging.making import Desk, config, message

    async def main(path, first):
        plugin, desk = Logging(), Desk(config(destination=path, rotation={"maxSize": "20k", "keep": 1000}))
        for start in range(first, 10**9, 20):
            await asyncio.gather(*(plugin.event_received(message(n), desk) for n in range(start, start + 20)))
            print(start + 20, flush=True)

    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
""")


def test_killed_in_between_no_line_is_twice_and_none_is_missing(tmp_path: Path) -> None:
    """As the gateway does: what it could not note as done is given again, as a first attempt."""
    path = tmp_path / "events.jsonl"
    done = 0
    for _ in range(4):
        command = [sys.executable, "-c", VICTIM, str(path), str(done)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, preexec_fn=die_with_parent) as victim:  # noqa: PLW1509
            assert victim.stdout
            begun = done
            while done < begun + 80:
                done = int(victim.stdout.readline())
            victim.send_signal(signal.SIGKILL)
        done -= 40  # the gateway had not noted the last ones
    counted = Counter(one for file in tmp_path.iterdir() for one in found(file))
    assert set(counted) >= set(ids(*range(done)))
    assert max(counted.values()) == 1
