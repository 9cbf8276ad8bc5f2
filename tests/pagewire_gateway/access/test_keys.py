"""The key of the sessions, where nobody has set one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pagewire_gateway.access.keys import session_key
from pagewire_gateway.config import SettingsError


def test_all_that_begin_at_once_have_the_same_key(tmp_path):
    at_once = 8
    for number in range(20):
        folder, start = tmp_path / str(number), Barrier(at_once)

        def begin(folder=folder, start=start):
            start.wait(60)
            return session_key("", folder)

        with ThreadPoolExecutor(at_once) as pool:
            keys = {task.result() for task in [pool.submit(begin) for _ in range(at_once)]}
        assert len(keys) == 1
        assert [one.name for one in folder.iterdir()] == ["console.key"]
        assert (folder / "console.key").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_key_is_not_used(tmp_path):
    (tmp_path / "console.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="not the key"):
        session_key("", tmp_path)
