"""A page of the documentation, typed as it stands: its shell blocks run in order in one shell, beside what they should print.

A block of ``text`` right after one of ``sh`` is what it prints: each line has to come in that order, and ``…`` is anything. What
a page tells in words only stands in a remark, ``<!-- typed: ... -->``, which nobody sees and the test types.

A transcript that is kept lies in ``build/transcripts``; where ``CI`` is set, the run of the tests prints it at its end.
"""

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

_BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$|<!-- (typed):\s+(.*?)\s+-->", re.MULTILINE | re.DOTALL)
_MARK = "--- typed so far:"
KEPT = Path(__file__).parents[2] / "build/transcripts"


@dataclass(frozen=True)
class Step:
    """One block to type, and the lines that it should print."""

    typed: str
    printed: tuple[str, ...]


def steps(page: str) -> list[Step]:
    """The steps of a page in Markdown."""
    todo: list[Step] = []
    end = -1
    for match in _BLOCK.finditer(page):
        if match[1] == "text" and todo and not page[end : match.start()].strip():
            todo[-1] = Step(todo[-1].typed, tuple(match[2].splitlines()))
        elif match[1] == "sh" or match[3]:
            todo.append(Step(dedent(match[2] or match[4]), ()))
            end = match.end()
    return todo


def section(page: str, title: str) -> str:
    """The part of a page under a heading, which comes along, up to the next one that is as high.

    Raises:
        ValueError: there is no such heading, or more than one.
    """
    (found,) = re.finditer(rf"^(#+) {re.escape(title)}\n.*?(?=^\1 |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[0]


def typed(
    page: str,
    folder: Path,
    *,
    instead: Mapping[str, str],
    environment: Mapping[str, str],
    timeout: float,
    keep: str = "",
) -> None:
    """Type a page in a folder, and compare what is printed.

    Args:
        page: its Markdown.
        folder: where it is typed.
        instead: words to type instead of those on the page, such as ports that are free.
        environment: variables beside those of the test.
        timeout: seconds for all of it.
        keep: name under which people may read the transcript; none is kept without.

    Raises:
        AssertionError: a step failed or printed something else.
    """
    todo = steps(page)
    script = "set -e\n" + "".join(
        f"{step.typed}\nprintf '\\n%s %s\\n' {shlex.quote(_MARK)} {n}\n" for n, step in enumerate(todo)
    )
    output, code = _run(replaced(script, instead), folder, environment, timeout)
    if keep:
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{keep}.txt").write_text("\n".join(_seen([replaced(step.typed, instead) for step in todo], output)))
    for step, said in zip(todo, _shares(output, len(todo), code), strict=True):
        missing = _missing(step.printed, said)
        assert not missing, f"{missing!r} was not printed by\n{step.typed}\nbut\n{said}"


def replaced(text: str, instead: Mapping[str, str]) -> str:
    """The text with other words, none of which is replaced again."""
    words = "|".join(map(re.escape, instead))
    return re.sub(words, lambda found: instead[found[0]], text) if words else text


def _run(script: str, folder: Path, environment: Mapping[str, str], timeout: float) -> tuple[str, int]:
    # Into a file, as what stays in the background would keep a pipe open.
    log = folder / "typed.log"
    with log.open("wb") as out:
        shell = subprocess.Popen(
            ["bash", "-c", script],
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1", **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = shell.wait(timeout)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            _end(shell.pid)
            shell.wait()
    return log.read_text(errors="replace"), code


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _seen(todo: list[str], output: str) -> Iterator[str]:
    """What somebody at the terminal saw: each step behind a prompt, and what it printed; as far as it came."""
    for number, step in enumerate(todo):
        said, mark, output = output.partition(f"\n{_MARK} {number}\n")
        yield "".join(f"$ {line}\n" for line in step.strip().splitlines()) + said
        if not mark:
            return


def _shares(output: str, count: int, code: int) -> Iterator[str]:
    for number in range(count):
        said, mark, output = output.partition(f"\n{_MARK} {number}\n")
        assert mark, f"step {number + 1} of {count} did not end (exit code {code}):\n{said[-4000:]}"
        yield said


def _missing(wanted: tuple[str, ...], said: str) -> str:
    lines = iter(said.splitlines())
    for want in wanted:
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in want.split("…")))
        if not any(pattern.fullmatch(line.strip()) for line in lines):
            return want
    return ""
