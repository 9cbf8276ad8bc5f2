"""Locked values: what opens them, what does not, and where keys come from."""

import os
import stat
import sys
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.locks import Key, KeySource, LockError, Locks, is_locked, key_id_of, source_of

PLACE = "support/harbour-login/token"


@given(st.text())
def test_what_is_locked_is_unlocked(text: str):
    locks = Locks(KeySource(keys=Key.new()))
    locked = locks.lock(text, PLACE)
    assert is_locked(locked)
    assert locks.unlock(locked, PLACE) == text


def test_a_value_in_clear_stays_what_it_is_and_needs_no_key():
    assert Locks().unlock("EAAB", PLACE) == "EAAB"
    assert Locks(KeySource(command="/no/such/program")).unlock("EAAB", PLACE) == "EAAB"


def test_equal_values_look_different_and_none_shows_its_text():
    locks = Locks(KeySource(keys=Key.new()))
    first, second = locks.lock("EAAB", PLACE), locks.lock("EAAB", PLACE)
    assert first != second
    assert "EAAB" not in first


def test_another_place_another_key_and_every_changed_character_are_refused():
    key = Key.new()
    locks = Locks(KeySource(keys=key))
    locked = locks.lock("EAAB", PLACE)
    with pytest.raises(LockError, match="another place"):
        locks.unlock(locked, "support/quay-login/token")
    with pytest.raises(LockError, match=f"under key {key_id_of(locked)}, which is not there"):
        Locks(KeySource(keys=Key.new())).unlock(locked, PLACE)
    head = len(locked) - len(locked.rpartition(":")[2])
    for at in range(head, len(locked) - 2):
        changed = locked[:at] + ("A" if locked[at] != "A" else "B") + locked[at + 1 :]
        with pytest.raises(LockError):
            locks.unlock(changed, PLACE)


def test_a_new_first_key_locks_and_the_old_one_still_opens():
    old, new = Key.new(), Key.new()
    value = Locks(KeySource(keys=old)).lock("EAAB", PLACE)
    both = Locks(KeySource(keys=f"{new}\n{old}\n"))
    assert both.unlock(value, PLACE) == "EAAB"
    assert not both.fresh(value)
    assert both.fresh(both.lock("EAAB", PLACE))
    assert both.ids() == (Key.parse(new).id, Key.parse(old).id)


@pytest.mark.parametrize("text", ["", "short", "A" * 43, b64encode(bytes(31)).decode(), "not base64 at all!", "ключ"])
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(LockError, match="pagewire keys new"):
        Key.parse(text)


def test_keys_come_from_a_file_a_variable_or_a_command(tmp_path):
    key, file = Key.new(), tmp_path / "keys"
    file.write_text(f"{key}\n")
    prints = f"{sys.executable} -c \"print('{key}')\""
    for environment in (
        {"PAGEWIRE_SECRETS_KEY": key},
        {"PAGEWIRE_SECRETS_KEY_FILE": str(file)},
        {"PAGEWIRE_SECRETS_KEY_COMMAND": prints},
    ):
        assert Locks(source_of(environment)).ids() == (Key.parse(key).id,), environment


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PAGEWIRE_SECRETS_KEY_FILE": "/no/such/file"}, "cannot be read: No such file"),
        ({"PAGEWIRE_SECRETS_KEY_COMMAND": "/no/such/program"}, "cannot be run"),
        ({"PAGEWIRE_SECRETS_KEY_COMMAND": "false"}, "ended with 1"),
        ({"PAGEWIRE_SECRETS_KEY_COMMAND": "true"}, "no key is where"),
        ({"PAGEWIRE_SECRETS_KEY": "letmein"}, "32 random bytes"),
    ],
)
def test_keys_that_cannot_be_had_lock_nothing_and_say_why(environment: dict[str, str], said: str):
    locks = Locks(source_of(environment))
    with pytest.raises(LockError, match=said) as refused:
        locks.can_lock()
    assert "letmein" not in str(refused.value)


def test_the_users_own_key_is_made_when_it_is_needed_and_shared_by_all_their_programs(tmp_path):
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    first = Locks(source_of(environment))
    assert first.unlock("EAAB", PLACE) == "EAAB"
    assert not list(tmp_path.iterdir())
    locked = first.lock("EAAB", PLACE)
    (file,) = (tmp_path / "pagewire").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Locks(source_of(environment)).unlock(locked, PLACE) == "EAAB"


def test_without_a_place_for_a_key_nothing_can_be_locked():
    for environment in ({}, {"HOME": "/"}, {"XDG_CONFIG_HOME": os.devnull}):
        locks = Locks(source_of(environment))
        assert not locks.can_lock()
        with pytest.raises(LockError, match="PAGEWIRE_SECRETS_KEY_FILE"):
            locks.lock("EAAB", PLACE)


def test_no_key_shows_itself():
    key = Key.new()
    assert key not in repr(KeySource(keys=key)) + repr(Key.parse(key))
