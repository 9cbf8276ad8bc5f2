"""What lies on the disk of an installation without a cluster: nothing that opens anything without the key."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pagewire.locks import Key, KeySource, Locks, key_id_of
from pagewire_gateway.cli.root import pagewire
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.login.files import FileKeeper
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.people.keyed import Keyed
from pagewire_gateway.registry.port import LoginToken
from tests.pagewire_gateway.login.house import Browser, House, kept, open_house


def lying(folder: Path) -> bytes:
    """Every byte under a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def log_in(house: House) -> str:
    """Log in, and give the token that the gateway sends with now."""
    browser = Browser()
    last = await house.log_in(browser, await house.link())
    assert "<h1>Connected</h1>" in last.text
    await browser.http.aclose()
    await house.until_open()
    account = house.gateway.registry.account("page", "108000000000001")
    assert account is not None
    assert account.token is not None
    return account.token.reveal()


async def test_a_login_is_on_the_disk_but_not_its_token(tmp_path: Path):
    async with open_house(tmp_path) as house:
        token = await log_in(house)
        assert kept(house.file())["page-token"] == token
        assert token.encode() not in lying(tmp_path)
        await house.admin.aclose()


async def test_without_a_key_a_login_is_served_from_memory_and_nothing_is_written(tmp_path: Path, caplog):
    async with open_house(tmp_path, keys=KeySource()) as house:
        token = await log_in(house)
        assert token.encode() not in lying(tmp_path)
        assert not house.file().exists()
        assert "remembered until this process ends" in caplog.text
        (login,) = [one for one in house.gateway.registry.logins(("support", "acme")) if one.name == "harbour"]
        keeper = house.gateway.logins.keeper
        held = await keeper.held(login)
        assert held.ids
        assert await keeper.forget(login, held._replace(version="another")) is False
        assert await keeper.forget(login, held) is True
        assert house.gateway.registry.account("page", "108000000000001").closed
        await house.admin.aclose()


async def test_keys_that_cannot_be_had_stop_the_start_instead_of_writing_in_clear(tmp_path: Path):
    with pytest.raises(JournalError, match="cannot be locked: PAGEWIRE_SECRETS_KEY_COMMAND ended with 1"):
        async with open_house(tmp_path, keys=KeySource(command="false")):
            pass
    assert not (tmp_path / "data" / "people.key").exists()


async def test_a_terminal_without_a_key_refuses_before_anybody_logs_in(tmp_path: Path):
    token = LoginToken(
        namespace="support", name="harbour", app=("support", "acme"), type="Page", provider="Facebook",
        page_id="108000000000001", scopes=(), users=(),
    )  # fmt: skip
    for keys, said in (
        (KeySource(), "name a file by PAGEWIRE_SECRETS_KEY_FILE"),
        (KeySource(command="false"), "ended"),
    ):
        with pytest.raises(KeepError, match=said):
            await FileKeeper(tmp_path, Locks(keys)).check(token)


def file_of(folder: Path, **texts: str) -> Path:
    path = folder / "logins" / "support" / "harbour.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"name": "harbour-login", "namespace": "support", "annotations": {"pagewire.dev/login-user": "7"}}
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": about, "stringData": texts}))
    return path


async def test_a_start_locks_what_older_versions_left_in_clear(tmp_path: Path):
    (tmp_path / "manifests").mkdir()
    file = file_of(tmp_path / "manifests", token="EAAOLD", **{"page-token": "EAAPAGE"})
    (tmp_path / "manifests" / "logins" / "support" / "note.json").write_text("[]")
    async with open_house(tmp_path) as house:
        assert kept(file) == {"token": "EAAOLD", "page-token": "EAAPAGE"}
        assert b"EAA" not in lying(tmp_path)
        assert json.loads(file.read_text())["metadata"]["annotations"] == {"pagewire.dev/login-user": "7"}
        await house.admin.aclose()


async def test_a_new_first_key_takes_over_and_the_old_one_can_go(tmp_path: Path):
    old, new = Key.new(), Key.new()
    file = file_of(tmp_path, token="EAAOLD")
    assert await FileKeeper(tmp_path, Locks(KeySource(keys=old))).renew() == 1
    assert await FileKeeper(tmp_path, Locks(KeySource(keys=f"{new} {old}"))).renew() == 1
    assert await FileKeeper(tmp_path, Locks(KeySource(keys=new))).renew() == 0
    locked = json.loads(file.read_text())["stringData"]["token"]
    assert key_id_of(locked) == Key.parse(new).id
    assert Locks(KeySource(keys=new)).unlock(locked, "support/harbour-login/token") == "EAAOLD"


def test_keys_are_made_listed_and_rotated_from_a_terminal(tmp_path: Path, monkeypatch):
    run, file, keys = CliRunner().invoke, file_of(tmp_path / "manifests", token="EAAOLD"), tmp_path / "keys"
    monkeypatch.delenv("PAGEWIRE_SECRETS_KEY")
    monkeypatch.setenv("PAGEWIRE_SECRETS_KEY_FILE", str(keys))
    ids = []
    for _ in range(2):
        assert run(pagewire, ["keys", "new", "--file", str(keys)]).exit_code == 0
        rotated = run(pagewire, ["keys", "rotate", "--manifests", str(tmp_path / "manifests")])
        assert rotated.stderr.startswith("1 logins were locked anew")
        ids.append(key_id_of(json.loads(file.read_text())["stringData"]["token"]))
    listed = json.loads(run(pagewire, ["keys", "list", "-o", "json"]).stdout)
    assert listed == [{"id": ids[1], "locks": True}, {"id": ids[0], "locks": False}]
    assert keys.stat().st_mode & 0o077 == 0
    keys.unlink()
    assert "cannot be read: No such file" in run(pagewire, ["keys", "list"]).stderr


@pytest.mark.parametrize("before", [True, False], ids=["made in clear", "made locked"])
def test_the_key_of_people_is_locked_where_somebody_named_keys_and_stays_the_same(tmp_path: Path, before: bool):
    path, key = tmp_path / "people.key", Key.new()
    first = Keyed(path, None if before else Locks(KeySource(keys=key)))
    locked = Keyed(path, Locks(KeySource(keys=key)))
    assert locked.mark == first.mark
    assert first.reveal() not in path.read_bytes()
    assert first.reveal().hex().encode() not in path.read_bytes()
    rotated = Keyed(path, Locks(KeySource(keys=f"{Key.new()} {key}")))
    assert rotated.mark == first.mark
    with pytest.raises(Exception, match="cannot be unlocked: it is locked under key"):
        Keyed(path, Locks(KeySource(keys=key)))


def test_a_key_of_our_own_making_does_not_lock_the_key_of_people(tmp_path: Path):
    path = tmp_path / "data" / "people.key"
    Keyed(path, Locks(KeySource(own=tmp_path / "own")))
    assert len(path.read_bytes()) == 32
    assert not (tmp_path / "own").exists()
