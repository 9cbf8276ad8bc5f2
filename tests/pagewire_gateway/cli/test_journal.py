"""``pagewire journal copy`` where it cannot even begin; tests/pagewire_gateway/journal_jetstream/test_moving.py copies."""

import pytest

from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.pagewire_gateway.cli.conftest import invoke
from tests.ports import free_port


@pytest.mark.parametrize("way", ["to", "from"])
async def test_servers_that_do_not_answer_are_not_waited_for_without_end(tmp_path, way):
    file, servers = tmp_path / "journal.db", f"nats://me:secret@127.0.0.1:{free_port()}/acme"
    if way == "to":
        journal = SqliteJournal(file)
        await journal.start()
        await journal.aclose()
    before = file.read_bytes() if file.exists() else None
    places = (f"sqlite://{file}", servers) if way == "to" else (servers, f"sqlite://{file}")
    result = await invoke("journal", "copy", *places, "--timeout", "0.2")
    assert result.exit_code == 5
    said = "pagewire: Not copied: no server of NATS answers within 0.2 s. Start one, or mend its address."
    assert result.stderr.splitlines()[-1] == said
    assert "secret" not in result.output
    assert (file.read_bytes() if file.exists() else None) == before


async def test_two_files_are_refused(tmp_path):
    result = await invoke("journal", "copy", f"sqlite://{tmp_path / 'a'}", f"sqlite://{tmp_path / 'b'}")
    assert result.exit_code == 1
    assert "use `pagewire backup`" in result.stderr
