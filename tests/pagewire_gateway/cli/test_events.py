"""``pagewire events``: the JSON is the contract, the table is for people."""

import asyncio
import json
import os
import re
import signal
import sys
import termios
from contextlib import asynccontextmanager

import pytest

from pagewire_gateway.config import Address
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.stage import plugins, staged
from tests.ports import free_port
from tests.whole.system import die_with_parent

CONTRACT = {"id", "kind", "channel", "object", "account", "conversation", "timestamp", "received", "key", "plugins"}


async def test_json_is_an_array_oldest_first(run, settled):
    result = await run("events", "-o", "json", "--kind", "message")
    assert result.exit_code == 0
    events = json.loads(result.stdout)
    assert [event["id"] for event in events] == settled
    assert all(event.keys() >= CONTRACT for event in events)
    assert events[0]["plugins"] == {"answer": "done", "picky": "done"}


async def test_jsonl_is_an_event_a_line(run, settled):
    result = await run("events", "-o", "jsonl", "--kind", "message")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == settled


async def test_the_table_shows_lanes_and_has_no_colour_in_a_pipe(run, settled):
    result = await run("events", "--kind", "message")
    heading, *rows = result.stdout.splitlines()
    assert heading.split() == ["RECEIVED", "KIND", "CONVERSATION", "PLUGINS", "REPLIES", "ID"]
    assert [row.split()[-1] for row in rows] == settled
    assert all("answer=done picky=done" in row for row in rows)
    assert "\x1b" not in result.stdout


async def test_no_event_is_an_empty_array_and_a_word_on_stderr(run):
    assert json.loads((await run("events", "-o", "json")).stdout) == []
    table = await run("events")
    assert (table.exit_code, table.stdout) == (0, "")
    assert "No events yet" in table.stderr


async def test_more_events_than_a_page_come_whole_and_in_order(run, stage):
    await run("plugins", "--pause", "answer")
    await run("plugins", "--pause", "picky")
    items = [making.message(f"number {number}", f"8{number:05d}") for number in range(1205)]
    appended = await stage.deliver(*items)
    events = json.loads((await run("events", "-o", "json", "--limit", "5000")).stdout)
    assert [event["id"] for event in events] == [stored.id for stored in appended.new]
    newest = json.loads((await run("events", "-o", "json", "--limit", "1003")).stdout)
    assert newest == events[-1003:]
    assert len(json.loads((await run("events", "-o", "json")).stdout)) == 1000


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["--person", "72"], [1]),
        (["--state", "done", "--plugin", "picky"], [0, 1, 2]),
        (["--state", "parked"], []),
        (["--since", "1h", "--account", making.PAGE], [0, 1, 2]),
        (["--until", "1h"], []),
        (["--object", "instagram"], []),
    ],
)
async def test_filters_narrow_the_list(run, settled, asked, expected):
    events = json.loads((await run("events", "-o", "json", *asked)).stdout)
    assert [event["id"] for event in events if event["id"] in settled] == [settled[place] for place in expected]


async def test_one_event_is_masked_unless_revealed(run, settled):
    masked = json.loads((await run("events", settled[0])).stdout)
    assert masked["raw"]["message"]["text"] == "[text, 3 characters]"
    revealed = json.loads((await run("events", settled[0], "--reveal")).stdout)
    assert revealed["raw"]["message"]["text"] == "one"


async def test_an_unknown_event_ends_with_4(run):
    result = await run("events", "0123")
    assert result.exit_code == 4
    assert result.stderr == (
        "pagewire: No event has the id 0123. `pagewire events` lists ids; retention may have removed it.\n"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        ["--state", "asleep"],
        ["--since", "yesterday"],
        ["--limit", "0"],
        ["-o", "yaml"],
        ["--nope"],
        ["-f", "-o", "json"],
    ],
)
async def test_a_wrong_command_line_ends_with_2(wrong):
    result = await invoke("events", *wrong)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("url", ["http://", "nonsense", "127.0.0.1:9090", "http://[::1", "http://127.0.0.1:99999"])
async def test_an_address_that_is_none_ends_with_2(url):
    result = await invoke("events", "--admin", url)
    assert result.exit_code == 2
    assert "write it as in http://127.0.0.1:9090" in result.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://localhost:9/", "https://127.0.0.1:9"])
async def test_nobody_there_ends_with_5_and_says_what_to_do(url):
    result = await invoke("events", "--admin", url)
    assert result.exit_code == 5
    assert "pagewire serve" in result.stderr
    assert len(result.stderr.splitlines()) == 1


async def test_somebody_else_there_ends_with_5(stage):
    result = await invoke("events", "--admin", f"http://127.0.0.1:{stage.gateway.public_port}")
    assert result.exit_code == 5
    assert "is not a Pagewire admin port" in result.stderr


async def test_following_prints_new_events_until_ctrl_c(stage, settled):
    admin = f"http://127.0.0.1:{stage.gateway.admin_port}"
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "pagewire_gateway.cli",
            "events",
            "-f",
            "-o",
            "jsonl",
            "--kind",
            "message",
            "--admin",
            admin,
        ),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    assert process.stdout is not None
    assert [json.loads(await process.stdout.readline())["id"] for _ in settled] == settled
    (stored,) = (await stage.deliver(making.message("late", "79"))).new
    assert json.loads(await process.stdout.readline())["id"] == stored.id
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0


async def test_following_waits_for_a_gateway_that_is_started_anew(tmp_path):
    at = Address("127.0.0.1", free_port())
    followed = "-m", "pagewire_gateway.cli", "events", "-f", "-o", "jsonl", "--admin", f"http://127.0.0.1:{at.port}"
    async with staged(tmp_path, plugins(), also={"admin": at}) as stage:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *followed),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        (first,) = (await stage.deliver(making.message("before", "77"))).new
        assert json.loads(await process.stdout.readline())["id"] == first.id
    assert b"trying again until Ctrl-C" in await process.stderr.readline()
    async with staged(tmp_path, plugins(), also={"admin": at}) as stage:
        assert b"It answers again." in await process.stderr.readline()
        (second,) = (await stage.deliver(making.message("after", "78"))).new
        assert json.loads(await process.stdout.readline())["id"] == second.id
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def test_a_reader_that_goes_away_is_no_failure(stage):
    await stage.deliver(*(making.message("x" * 50, f"8{number:05d}") for number in range(900)))
    admin = f"http://127.0.0.1:{stage.gateway.admin_port}"
    process = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m pagewire_gateway.cli events -o jsonl --admin {admin} | head -1; exit ${{PIPESTATUS[0]}}",
        executable="/bin/bash",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    stdout, stderr = await process.communicate()
    assert (process.returncode, stderr) == (0, b"")
    assert len(stdout.splitlines()) == 1


async def test_what_meta_sends_does_not_steer_a_terminal(run, stage):
    change = {"field": "odd\x1b[31m", "value": {}}
    entry = {"object": "page", "entry": [{"id": making.PAGE, "time": making.NOW, "changes": [change]}]}
    from pagewire.wire import read

    items = read(json.dumps(entry).encode(), making.NOW).items
    await stage.gateway.journal.append(items, making.NOW, "support/acme")
    result = await run("events")
    assert "change.odd" in result.stdout
    assert "\x1b" not in result.stdout


@asynccontextmanager
async def followed(stage, columns):
    """What ``events --follow`` prints into a terminal of so many columns, or into a pipe without, and its words for people."""
    ours, its = os.openpty() if columns else os.pipe()
    if columns:
        termios.tcsetwinsize(its, (40, columns))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pagewire_gateway.cli", "events", "-f"),
        *("--admin", f"http://127.0.0.1:{stage.gateway.admin_port}"),
        stdout=its,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )
    os.close(its)
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(ours, "rb", 0)
    )
    yield lines, process.stderr
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0
    transport.close()


async def row_of(lines, mark):
    """The next line with that mark, without what colours it."""
    while mark not in (line := re.sub("\x1b\\[[0-9;]*m", "", (await lines.readline()).decode())):
        assert line, f"{mark} was never printed"
    return line


@pytest.mark.parametrize("columns", [0, 220, 110])
async def test_rows_that_come_later_stand_under_the_headings_of_the_first(stage, columns):
    (first,) = (await stage.deliver(making.message("early", "7"))).new
    async with followed(stage, columns) as (lines, _):
        heading = await row_of(lines, "RECEIVED")
        rows = [await row_of(lines, first.id)]
        (late,) = (await stage.deliver(making.message("late", "7" * 17))).new
        rows.append(await row_of(lines, late.id))
    for name, cells in (("KIND", "mm"), ("CONVERSATION", "pp"), ("ID", first.id[0] + late.id[0])):
        at = heading.index(name)
        assert ["".join(row[at - 1 : at + 1]) for row in rows] == [f" {cell}" for cell in cells], (name, rows)


async def test_headings_come_with_the_first_row_if_there_was_none_to_begin_with(stage):
    async with followed(stage, 0) as (lines, said):
        assert b"No events yet" in await said.readline()
        (only,) = (await stage.deliver(making.message("first", "7"))).new
        heading, row = await row_of(lines, "RECEIVED"), await row_of(lines, only.id)
    assert heading.index("ID") == row.index(only.id)
