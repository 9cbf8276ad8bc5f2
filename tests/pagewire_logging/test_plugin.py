"""The plugin as the gateway calls it."""

import asyncio
import json
import os
import threading
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pluggy
import pytest

from pagewire import hooks
from pagewire.errors import TryLater
from pagewire.logins import EndedLogin
from pagewire.people import DeletedPerson
from pagewire_logging import Config, Logging
from pagewire_logging.writer import Writer
from tests.pagewire_logging.making import ACCOUNT, NOW, PERSON, SECRETS, Desk, config, event, lines, message, telling


async def written(path: Path, *events: Any, attempt: int = 1, **fields: Any) -> list[dict[str, Any]]:
    plugin = Logging(clock=NOW.timestamp)
    desk = Desk(config(destination=str(path), **fields), attempt=attempt)
    for one in events:
        await plugin.event_received(one, desk)
    await plugin.plugin_stopped()
    return lines(path) if path.exists() else []


def test_the_entry_point_leads_to_a_plugin_that_keeps_the_contract() -> None:
    (point,) = entry_points(group=hooks.ENTRY_POINT_GROUP, name="logging")
    plugin = point.load()()
    manager = pluggy.PluginManager("pagewire")
    manager.add_hookspecs(hooks)
    manager.register(plugin)
    manager.check_pending()
    assert [name for name in hooks.EVENT_HOOKS if getattr(manager.hook, name).get_hookimpls()] == ["event_received"]
    assert plugin.Config is Config


async def test_a_line_an_event(tmp_path: Path) -> None:
    happened = [message(1), event(read={"watermark": 1}), event(channel="standby", message={"mid": "m"})]
    found = await written(tmp_path / "events.jsonl", *happened)
    assert [(one["id"], one["kind"], one["channel"]) for one in found] == [
        (one.id, one.kind, one.channel) for one in happened
    ]


async def test_nothing_people_wrote_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    await written(path, telling())
    raw = path.read_text()
    assert PERSON in raw
    assert [secret for secret in SECRETS if secret in raw] == []


async def test_all_of_it_if_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    await written(path, telling(), include={"text": True, "profile": True, "attachmentUrls": True})
    raw = path.read_text()
    assert [secret for secret in SECRETS if secret not in raw] == []


@pytest.mark.parametrize(("profile", "asked"), [(True, ["person"]), (False, [])])
async def test_the_profile_is_looked_up_only_if_it_is_written(tmp_path: Path, profile: bool, asked: list[str]) -> None:
    plugin, desk = Logging(), Desk(config(destination=str(tmp_path / "a.log"), include={"profile": profile}))
    await plugin.event_received(message(), desk)
    await plugin.plugin_stopped()
    assert desk.asked == asked


async def test_an_event_left_out_asks_nobody_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert await written(path, message(), kinds=["read"], include={"profile": True}) == []
    assert not path.exists()


async def test_sampling_writes_the_same_events_again(tmp_path: Path) -> None:
    events = [message(number) for number in range(200)]
    first = await written(tmp_path / "a.log", *events, sample=0.3)
    again = await written(tmp_path / "b.log", *reversed(events), sample=0.3)
    assert 30 < len(first) < 100
    assert [one["id"] for one in first] == [one["id"] for one in reversed(again)]
    assert {one["sample_rate"] for one in first} == {0.3}


async def test_another_attempt_finds_the_line_or_writes_it_and_says_so(tmp_path: Path) -> None:
    await written(tmp_path / "a.log", message(1))
    found = await written(tmp_path / "a.log", message(1), message(2), attempt=2)
    assert [(one["id"], one["attempt"]) for one in found] == [(message(1).id, 1), (message(2).id, 2)]


async def test_a_key_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("correct horse battery staple\n")
    (tmp_path / "short").write_text("hunter2\n")
    (found,) = await written(tmp_path / "a.log", message(), hashIds={"keyFile": str(tmp_path / "key")})
    (again,) = await written(tmp_path / "b.log", message(), hashIds={"key": "correct horse battery staple"})
    assert found["person_hash"] == again["person_hash"]
    for name, why in (("gone", "cannot be read: No such file or directory"), ("short", "holds fewer than 16 bytes")):
        with pytest.raises(TryLater, match=why):
            await written(tmp_path / "c.log", message(), hashIds={"keyFile": str(tmp_path / name)})


async def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TryLater) as later:
        await written(tmp_path / "gone" / "a.log", message())
    assert later.value.reason == (
        f"the event log {tmp_path}/gone/a.log cannot be written: No such file or directory; make its folder"
    )


async def test_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    plugin, desk = Logging(), Desk()
    await asyncio.gather(*(plugin.event_received(message(number), desk) for number in range(50)))
    await plugin.plugin_stopped()
    found = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [one["id"] for one in found] == [message(number).id for number in range(50)]


async def test_a_full_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    plugin, full, kept = Logging(), os.open("/dev/full", os.O_WRONLY), os.dup(1)
    os.dup2(full, 1)
    try:
        with pytest.raises(TryLater, match="the event log stdout cannot be written: No space left on device; free"):
            await plugin.event_received(message(), Desk())
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(full)
    await plugin.event_received(message(2), Desk(attempt=2))
    await plugin.plugin_stopped()
    assert json.loads(capfd.readouterr().out)["attempt"] == 2


async def test_a_pipe_that_would_block_is_waited_for(capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled():
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        kept = os.dup(1)
        os.dup2(writer, 1)
        plugin, long = Logging(), message(text="x" * 200_000)
        try:
            work = asyncio.create_task(plugin.event_received(long, Desk(config(include={"text": True}))))
            raw = b""
            while not raw.endswith(b"\n"):
                raw += await asyncio.to_thread(os.read, reader, 65_536)
            await work
        finally:
            os.dup2(kept, 1)
            for descriptor in (kept, reader, writer):
                os.close(descriptor)
        await plugin.plugin_stopped()
    assert len(json.loads(raw)["text"]) == 200_000


class Slow:
    """A disk that takes its time: it says when it has begun, and waits until it may go on."""

    def __init__(self) -> None:
        self.batches: list[bytes] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def append(self, lines_: Sequence[bytes]) -> None:
        self.batches.append(b"".join(lines_))
        self.begun.set()
        assert self.may_go_on.wait(30)


async def test_the_loop_goes_on_while_the_disk_is_slow_and_waiting_lines_share_a_write() -> None:
    disk = Slow()
    writer = Writer(disk.append)
    tasks = [asyncio.create_task(writer.write(b"1\n"))]
    await asyncio.to_thread(disk.begun.wait, 30)
    tasks += [asyncio.create_task(writer.write(b"%d\n" % number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    assert [task.done() for task in tasks] == [False] * 4
    tasks[2].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[2]
    disk.may_go_on.set()
    await asyncio.gather(tasks[0], tasks[1], tasks[3])
    await writer.close()
    assert disk.batches == [b"1\n", b"2\n4\n"]


async def test_a_failed_write_fails_all_who_shared_it_and_nobody_else() -> None:
    failures = [OSError(28, "No space left on device"), ValueError("a bug"), None]

    def append(_: Sequence[bytes]) -> None:
        failure = failures.pop(0)
        if failure is not None:
            raise failure

    writer = Writer(append)
    for expected in (OSError, ValueError):
        found = await asyncio.gather(writer.write(b"1\n"), writer.write(b"2\n"), return_exceptions=True)
        assert [type(one) for one in found] == [expected, expected]
    await writer.write(b"3\n")
    await writer.close()


async def test_accounts_that_come_and_go_are_written_if_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    plugin = Logging(clock=NOW.timestamp)
    desk = Desk(config(destination=str(path), pages=True))
    await plugin.page_added(desk)
    await plugin.event_received(message(1), desk)
    await plugin.page_removed(desk)
    await plugin.page_added(Desk(config(destination=str(path))))
    await plugin.plugin_stopped()
    told = [(one.get("what"), one["account"]) for one in lines(path)]
    assert told == [("page_added", ACCOUNT), (None, ACCOUNT), ("page_removed", ACCOUNT)]


async def test_an_account_whose_line_cannot_be_written_is_no_failure(tmp_path: Path, caplog: Any) -> None:
    plugin = Logging(clock=NOW.timestamp)
    await plugin.page_added(Desk(config(destination=str(tmp_path / "nowhere" / "events.jsonl"), pages=True)))
    assert "make its folder" in caplog.text


async def test_a_login_that_ended_is_a_line_that_names_nobody(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    plugin = Logging(clock=NOW.timestamp)
    login = EndedLogin(
        object="page",
        account=ACCOUNT,
        token="support/harbour",
        user="7300000000000001",
        request="e-1",
        ground="deauthorize_callback",
        requested=NOW,
    )
    assert await plugin.login_ended(login, Desk(config(destination=str(path)))) == "line written"
    with pytest.raises(TryLater, match="make its folder"):
        await plugin.login_ended(login, Desk(config(destination=str(tmp_path / "nowhere" / "events.jsonl"))))
    await plugin.plugin_stopped()
    (line,) = lines(path)
    assert (line["schema"], line["account"]) == ("pagewire.dev/event-log/login/v1", ACCOUNT)
    assert (line["token"], line["ground"]) == ("support/harbour", "deauthorize_callback")
    assert "7300000000000001" not in path.read_text()


def somebody(request: str = "d-1") -> DeletedPerson:
    who = {"object": "page", "account": ACCOUNT, "id": PERSON, "ground": "operator"}
    return DeletedPerson(**who, request=request, requested=NOW)


async def test_a_deletion_tells_which_lines_have_to_go(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    plugin = Logging(clock=NOW.timestamp)
    hashed = config(destination=str(path), hashIds={"key": "0123456789abcdef"})
    for number, desk in enumerate((Desk(config(destination=str(path))), Desk(hashed)), 1):
        await plugin.event_received(message(number), desk)
        assert await plugin.person_deleted(somebody(f"d-{number}"), desk) == "line written"
    await plugin.plugin_stopped()
    plain, deletion, secret, deletion_of_hash = lines(path)
    assert (deletion["request"], deletion["person"]) == ("d-1", plain["person"])
    assert (deletion_of_hash["person_hash"], "person" in deletion_of_hash) == (secret["person_hash"], False)
    assert deletion["schema"] == "pagewire.dev/event-log/deletion/v1"


async def test_a_deletion_that_cannot_be_written_is_asked_for_again(tmp_path: Path) -> None:
    plugin = Logging(clock=NOW.timestamp)
    with pytest.raises(TryLater, match="make its folder"):
        await plugin.person_deleted(somebody(), Desk(config(destination=str(tmp_path / "nowhere" / "events.jsonl"))))
