"""A real PostgreSQL: each line once, whatever is killed, refused or repeated."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from pagewire.errors import TryLater
from pagewire.people import DeletedPerson
from pagewire_logging import Config, Logging
from tests.pagewire_logging.making import ACCOUNT, NOW, PERSON, Desk, config, event, message, telling
from tests.pagewire_logging.postgres_server import PASSWORD, PostgresServer
from tests.whole.system import die_with_parent

ROOT = Path(__file__).parents[2]


def to_table(server: PostgresServer, folder: Path, table: str, **fields: Any) -> Config:
    (folder / "dsn").write_text(server.dsn() + "\n")
    return config(destination="postgres", postgres={"dsnFile": str(folder / "dsn"), "table": table}, **fields)


async def test_a_row_a_line_and_a_repeat_adds_none(postgres: PostgresServer, table: str, tmp_path: Path) -> None:
    desk = Desk(to_table(postgres, tmp_path, table))
    for attempt in (1, 2):
        plugin, desk.attempt = Logging(clock=NOW.timestamp), attempt
        for number in (1, 2):
            await plugin.event_received(message(number), desk)
        await plugin.plugin_stopped()
    rows = postgres.rows(f"SELECT id, kind, account, person, line->>'attempt', time FROM {table} ORDER BY id")
    expected = sorted(message(number).id for number in (1, 2))
    assert rows == [(one, "message", ACCOUNT, PERSON, "1", NOW) for one in expected]


async def test_a_character_that_the_database_cannot_hold(postgres: PostgresServer, table: str, tmp_path: Path) -> None:
    plugin, desk = Logging(), Desk(to_table(postgres, tmp_path, table, include={"text": True}))
    await plugin.event_received(message(text="a\0b \\u0000 \\\0"), desk)
    await plugin.plugin_stopped()
    assert postgres.rows(f"SELECT line->>'text' FROM {table}") == [("a\ufffdb \\u0000 \\\ufffd",)]


async def test_nothing_people_wrote_is_in_the_table(postgres: PostgresServer, table: str, tmp_path: Path) -> None:
    plugin, desk = Logging(), Desk(to_table(postgres, tmp_path, table))
    await plugin.event_received(telling(), desk)
    await plugin.plugin_stopped()
    ((line,),) = postgres.rows(f"SELECT line::text FROM {table}")
    assert "sesame" not in str(line)
    assert "Ali-Baba" not in str(line)


@pytest.mark.parametrize("key", [None, "0123456789abcdef"])
async def test_a_deletion_removes_the_persons_rows_and_no_others(
    postgres: PostgresServer, table: str, tmp_path: Path, key: str | None
) -> None:
    hashed = {"hashIds": {"key": key}} if key else {}
    plugin, desk = Logging(), Desk(to_table(postgres, tmp_path, table, **hashed))
    who = DeletedPerson(object="page", account=ACCOUNT, id=PERSON, ground="operator", request="d-1", requested=NOW)
    for one in (message(1), message(2), event(number=3, sender={"id": "7100000000000002"}, message={"mid": "m_3"})):
        await plugin.event_received(one, desk)
    assert await plugin.person_deleted(who, desk) == "2 lines removed"
    assert await plugin.person_deleted(who, desk) == "0 lines removed"
    await plugin.plugin_stopped()
    assert postgres.rows(f"SELECT count(*) FROM {table}") == [(1,)]


async def test_rows_that_are_too_old_go(postgres: PostgresServer, table: str, tmp_path: Path) -> None:
    desk = Desk(to_table(postgres, tmp_path, table, retain="24h"))
    for number, later in ((1, 0), (2, 86_000), (3, 90_000)):
        plugin = Logging(clock=lambda later=later: NOW.timestamp() + later)  # type: ignore[misc]
        await plugin.event_received(message(number), desk)
        await plugin.plugin_stopped()
    found = postgres.rows(f"SELECT id FROM {table} ORDER BY time")
    assert found == [(message(2).id,), (message(3).id,)]


async def test_a_server_that_went_away_and_came_back(table: str, postgres: PostgresServer, tmp_path: Path) -> None:
    plugin, desk = Logging(), Desk(to_table(postgres, tmp_path, table))
    await plugin.event_received(message(1), desk)
    postgres.stop()
    try:
        with pytest.raises(TryLater, match="PostgreSQL cannot be reached") as later:
            await plugin.event_received(message(2), desk)
        assert PASSWORD not in later.value.reason
    finally:
        postgres.start()
    await plugin.event_received(message(2), desk)
    await plugin.plugin_stopped()
    assert postgres.rows(f"SELECT count(*) FROM {table}") == [(2,)]


async def test_a_connection_that_was_cut_is_made_anew_at_once(
    postgres: PostgresServer, table: str, tmp_path: Path
) -> None:
    plugin, desk = Logging(), Desk(to_table(postgres, tmp_path, table))
    await plugin.event_received(message(1), desk)
    postgres.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pagewire-logging'")
    await plugin.event_received(message(2), desk)
    await plugin.plugin_stopped()
    assert postgres.rows(f"SELECT count(*) FROM {table}") == [(2,)]


@pytest.mark.parametrize(
    ("holds", "reason"),
    [
        (None, "dsn of postgres.dsnFile cannot be read; mount it there"),
        ("root:x:0:0", "dsn holds no connection string; write one like postgresql://"),
    ],
)
async def test_a_connection_string_that_is_none_is_not_shown(
    tmp_path: Path, table: str, holds: str | None, reason: str
) -> None:
    if holds:
        (tmp_path / "dsn").write_text(holds)
    desk = Desk(config(destination="postgres", postgres={"dsnFile": str(tmp_path / "dsn"), "table": table}))
    plugin = Logging()
    with pytest.raises(TryLater, match=reason) as later:
        await plugin.event_received(message(), desk)
    assert "root:x" not in later.value.reason
    await plugin.plugin_stopped()


async def test_a_wrong_password(postgres: PostgresServer, tmp_path: Path, table: str) -> None:
    desk = Desk(to_table(postgres, tmp_path, table))
    (tmp_path / "dsn").write_text(postgres.dsn("hunter2"))
    plugin = Logging()
    with pytest.raises(TryLater, match="or refuses what") as later:
        await plugin.event_received(message(), desk)
    assert "hunter2" not in later.value.reason
    await plugin.plugin_stopped()


async def test_a_user_who_may_not_make_the_table(postgres: PostgresServer, tmp_path: Path, table: str) -> None:
    desk = Desk(to_table(postgres, tmp_path, f"pg_catalog.{table}"))
    plugin = Logging()
    with pytest.raises(TryLater, match=f"may not write to table pg_catalog.{table}; make the table, and grant"):
        await plugin.event_received(message(), desk)
    await plugin.plugin_stopped()


VICTIM = textwrap.dedent("""
    import asyncio, sys
    from pagewire_logging import Logging
    from tests.pagewire_logging.making import Desk, config, message

    async def main(dsn, table, first):
        plugin = Logging()
        desk = Desk(config(destination="postgres", postgres={"dsnFile": dsn, "table": table}))
        for start in range(first, 10**9, 20):
            await asyncio.gather(*(plugin.event_received(message(n), desk) for n in range(start, start + 20)))
            print(start + 20, flush=True)

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
""")


def test_killed_in_between_no_line_is_twice_and_none_is_missing(
    postgres: PostgresServer, table: str, tmp_path: Path
) -> None:
    """As the gateway does: what it could not note as done is given again."""
    to_table(postgres, tmp_path, table)
    done = 0
    for _ in range(4):
        command = [sys.executable, "-c", VICTIM, str(tmp_path / "dsn"), table, str(done)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, preexec_fn=die_with_parent) as victim:  # noqa: PLW1509
            assert victim.stdout
            begun = done
            while done < begun + 60:
                done = int(victim.stdout.readline())
            victim.send_signal(signal.SIGKILL)
        done -= 20  # the gateway had not noted the last ones
    ids = {str(one) for (one,) in postgres.rows(f"SELECT id FROM {table}")}
    assert ids >= {message(number).id for number in range(done)}
    assert postgres.rows(f"SELECT count(*) - count(DISTINCT line->>'id') FROM {table}") == [(0,)]
