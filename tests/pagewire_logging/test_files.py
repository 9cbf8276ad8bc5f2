"""Files on a disk: rotation, other people's renames, several writers, a full disk."""

import asyncio
import fcntl
import gzip
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pagewire_logging.files import LogFile
from tests.pagewire_logging.making import lines
from tests.whole.system import die_with_parent

HEAD = '{"schema":"pagewire.dev/event-log/v1","n":'
ROOT = Path(__file__).parents[2]
DAY = 86_400.0


def line(number: int) -> bytes:
    return f"{HEAD}{number:4}}}\n".encode()


SIZE = len(line(1))


def log_file(
    path: Path, *, max_bytes: int = 0, every: float = 0, keep: int = 3, now: float = 0, fsync: bool = False
) -> LogFile:
    return LogFile(path=path, max_bytes=max_bytes, every_seconds=every, keep=keep, fsync=fsync, clock=lambda: now)


def numbers(path: Path) -> list[int]:
    return [one["n"] for one in lines(path)]


def test_a_line_that_would_be_too_much_begins_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = log_file(path, max_bytes=2 * SIZE)
    for number in range(1, 10):
        log.append(line(number))
    found = {one.name: numbers(one) for one in tmp_path.iterdir()}
    assert found == {"events.jsonl": [9], "events.jsonl.1": [7, 8], "events.jsonl.2": [5, 6], "events.jsonl.3": [3, 4]}


def test_one_older_file_is_enough(tmp_path: Path) -> None:
    log = log_file(tmp_path / "a.log", max_bytes=1, keep=1)
    for number in range(3):
        log.append(line(number))
    assert {one.name: numbers(one) for one in tmp_path.iterdir()} == {"a.log": [2], "a.log.1": [1]}


def test_a_new_day_begins_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    for number, (written, now) in enumerate([(0.0, 10.0), (DAY - 1, DAY - 1), (DAY - 1, DAY), (DAY + 1, 2 * DAY - 1)]):
        if path.exists():
            os.utime(path, (written, written))
        log_file(path, every=DAY, now=now).append(line(number))
    assert (numbers(path), numbers(tmp_path / "events.jsonl.1")) == ([2, 3], [0, 1])


def test_a_file_put_aside_by_somebody_else_is_not_written_to(tmp_path: Path) -> None:
    path, aside = tmp_path / "events.jsonl", tmp_path / "events.jsonl-20260921"
    log = log_file(path)
    log.append(line(1))
    path.rename(aside)
    log.append(line(2))
    aside.write_bytes(gzip.compress(aside.read_bytes()))
    log.append(line(3))
    assert numbers(path) == [2, 3]
    assert gzip.decompress(aside.read_bytes()) == line(1)


def test_a_file_emptied_by_somebody_else_begins_at_its_start(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = log_file(path)
    log.append(line(1))
    os.truncate(path, 0)
    log.append(line(2))
    assert numbers(path) == [2]


def test_a_file_put_aside_while_a_line_waits_for_the_lock(tmp_path: Path) -> None:
    path, aside = tmp_path / "events.jsonl", tmp_path / "aside"
    log = log_file(path)
    log.append(line(1))
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=log.append, args=(line(2),))
        waiting.start()
        while openings(path) < 2:
            assert waiting.is_alive()
        path.rename(aside)
    waiting.join(30)
    assert (numbers(aside), numbers(path)) == ([1], [2])


def openings(path: Path) -> int:
    """How often this process has a file open."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found += entry.readlink() == path
    return found


def test_half_a_line_of_a_process_that_died_is_closed_off(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(line(1) + line(2)[:20])
    log_file(path).append(line(3))
    assert path.read_bytes().splitlines(keepends=True) == [line(1), line(2)[:20] + b"\n", line(3)]


@pytest.mark.parametrize("holds", [b"SQLite format 3\0", b"kind: Secret\n", b"{}\n"])
def test_a_file_that_is_no_log_of_ours_stays_as_it_is(tmp_path: Path, holds: bytes) -> None:
    path = tmp_path / "events.log"
    path.write_bytes(holds)
    with pytest.raises(OSError, match="holds something else than an event log"):
        log_file(path).append(line(1))
    assert path.read_bytes() == holds


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link.log").symlink_to(tmp_path / "goal")
    with pytest.raises(OSError, match="symbolic links"):
        log_file(tmp_path / "link.log").append(line(1))
    assert not (tmp_path / "goal").exists()


def test_a_pipe_is_no_log(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.log")
    with pytest.raises(OSError, match="not a regular file"):
        log_file(tmp_path / "pipe.log").append(line(1))


def test_others_may_not_read_the_log(tmp_path: Path) -> None:
    log_file(tmp_path / "events.jsonl", fsync=True).append(line(1))
    assert (tmp_path / "events.jsonl").stat().st_mode & 0o007 == 0


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from pagewire_logging.files import LogFile
    name, path = sys.argv[1], Path(sys.argv[2])
    log = LogFile(path=path, max_bytes=20_000, every_seconds=0, keep=1000, fsync=False, clock=lambda: 0)
    for number in range(500):
        log.append(b'{"schema":"pagewire.dev/event-log/v1","who":"%s","n":%d}\\n' % (name.encode(), number))
""")


async def test_several_processes_and_their_rotations_lose_and_tear_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writers = [await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, who, str(path)) for who in "abc"]
    assert [await writer.wait() for writer in writers] == [0, 0, 0]
    oldest_first = sorted(tmp_path.iterdir(), key=lambda one: -int(one.suffix[1:]) if one.suffix != ".jsonl" else 0)
    found: list[dict[str, Any]] = [one for file in oldest_first for one in lines(file)]
    for who in "abc":
        assert [one["n"] for one in found if one["who"] == who] == list(range(500))
    assert all(one.stat().st_size <= 20_000 for one in oldest_first)
    assert len(oldest_first) > 4


FULL = textwrap.dedent("""
    import asyncio, json, resource, sys
    from pathlib import Path
    from pagewire.errors import TryLater
    from pagewire_logging import Logging
    from tests.pagewire_logging.making import Desk, config, message

    async def main(path):
        plugin, desk = Logging(), Desk(config(destination=str(path), fsync=True))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1500, resource.RLIM_INFINITY))
        outcomes = []
        for number in range(6):
            try:
                await plugin.event_received(message(number), desk)
                outcomes.append(path.stat().st_size)
            except TryLater as later:
                outcomes.append([later.after, later.reason, path.stat().st_size])
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        desk.attempt = 2
        await plugin.event_received(message(5), desk)
        await plugin.plugin_stopped()
        print(json.dumps(outcomes))

    asyncio.run(main(Path(sys.argv[1])))
""")


def test_a_full_disk_makes_the_gateway_try_later_and_tears_no_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    run = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    sizes = [one for one in outcomes if isinstance(one, int)]
    later = [one for one in outcomes if isinstance(one, list)]
    assert sizes
    assert len(later) >= 2
    assert all(one < other <= 1500 for one, other in pairwise([0, *sizes]))
    assert {after for after, _, _ in later} == {30.0}
    assert all(
        "No space left on device; free some space" in why or "File too large; free" in why for _, why, _ in later
    )
    # What a refused line had brought in is gone again: the file is as long as after the last whole line.
    assert {size for _, _, size in later} == {sizes[-1]}
    assert [one["attempt"] for one in lines(path)] == [*([1] * len(sizes)), 2]


def test_a_line_cut_off_by_the_disk_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    limited = textwrap.dedent(f"""
        import resource, sys
        from pathlib import Path
        from pagewire_logging.files import LogFile
        log = LogFile(path=Path(sys.argv[1]), max_bytes=0, every_seconds=0, keep=1, fsync=False, clock=lambda: 0)
        log.append({line(1)!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, ({SIZE + 5}, {SIZE + 5}))
        log.append({line(2)!r})
    """)
    run = subprocess.run(
        [sys.executable, "-c", limited, str(path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "OSError: [Errno 28] No space left on device" in run.stderr
    assert path.read_bytes() == line(1)


def test_a_process_killed_while_writing_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    endless = WRITER.replace("range(500)", "range(10**9)").replace("max_bytes=20_000", "max_bytes=0")
    command = [sys.executable, "-c", endless, "a", str(path)]
    with subprocess.Popen(command, preexec_fn=die_with_parent) as writer:  # noqa: PLW1509 - there are no threads
        while not path.exists() or path.stat().st_size < 50_000:
            assert writer.poll() is None
        writer.send_signal(signal.SIGKILL)
    assert [one["n"] for one in lines(path)] == list(range(len(lines(path))))
