"""Which files a folder gives, and that nothing outside of it is read."""

import os
from pathlib import Path

import pytest

from pagewire.manifests.folder import read, scan


def found(folder: Path) -> list[str]:
    return list(scan(folder).files)


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in scan(folder).problems]


def test_manifests_are_found_in_order_in_folders_too(tmp_path: Path):
    for name in (
        "b.yaml",
        "a.yml",
        "sub/deep/c.json",
        "notes.txt",
        ".hidden.yaml",
        ".git/x.yaml",
        "x.yaml~",
        "z.yaml.bak",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1")
    assert found(tmp_path) == ["a.yml", "b.yaml", "sub/deep/c.json"]
    assert told(tmp_path) == []


def test_a_mounted_config_map_is_read_once_through_its_links(tmp_path: Path):
    data = tmp_path / "..2026_11_22"
    (data / "sub").mkdir(parents=True)
    (data / "page.yaml").write_text("a: 1")
    (data / "sub" / "app.yaml").write_text("b: 1")
    (tmp_path / "..data").symlink_to(data.name)
    (tmp_path / "page.yaml").symlink_to("..data/page.yaml")
    (tmp_path / "sub").symlink_to("..data/sub")
    assert found(tmp_path) == ["page.yaml", "sub/app.yaml"]
    assert [read(one, 100) for one in scan(tmp_path).files.values()] == [b"a: 1", b"b: 1"]


def test_a_folder_that_is_itself_a_link_is_read(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text("a: 1")
    (tmp_path / "link").symlink_to("real")
    assert found(tmp_path / "link") == ["a.yaml"]


def test_links_out_of_the_folder_are_refused(tmp_path: Path):
    folder = tmp_path / "manifests"
    folder.mkdir()
    (tmp_path / "manifests-secret").mkdir()
    (tmp_path / "manifests-secret" / "x.yaml").write_text("secret: 1")
    (folder / "x.yaml").symlink_to("../manifests-secret/x.yaml")
    (folder / "sub").symlink_to("../manifests-secret")
    (folder / "up").symlink_to("..")
    assert found(folder) == []
    assert sorted(told(folder)) == [
        f"{name}: a link that leaves the folder is not followed; copy or mount the file itself"
        for name in ("sub", "up", "x.yaml")
    ]


def test_links_that_go_round_end(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("a: 1")
    (tmp_path / "sub" / "round").symlink_to("../sub")
    (tmp_path / "self").symlink_to("self")
    assert found(tmp_path) == ["sub/a.yaml"]


def test_a_link_to_nothing_hides_its_file_but_does_not_remove_it(tmp_path: Path):
    (tmp_path / "a.yaml").symlink_to("gone.yaml")
    assert found(tmp_path) == []
    assert scan(tmp_path).hides("a.yaml")
    assert told(tmp_path) == ["a.yaml: cannot be looked at: No such file or directory"]


def test_what_is_not_a_file_is_not_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert found(tmp_path) == []
    assert told(tmp_path) == ["pipe.yaml: not a regular file, so it is not read"]


def test_a_file_that_became_something_else_is_not_read(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("a: 1")
    (manifest,) = scan(tmp_path).files.values()
    (tmp_path / "a.yaml").unlink()
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(OSError, match="no longer a regular file"):
        read(manifest, 100)
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "a.yaml").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="symbolic links"):
        read(manifest, 100)


def test_a_large_file_is_refused(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("x" * 101)
    (manifest,) = scan(tmp_path).files.values()
    with pytest.raises(ValueError, match="larger than 100 bytes; split it into several files"):
        read(manifest, 100)
    assert len(read(manifest, 101)) == 101


def test_a_folder_that_is_not_there_hides_everything(tmp_path: Path):
    seen = scan(tmp_path / "gone")
    assert seen.hides("any/file.yaml")
    assert [str(problem) for problem in seen.problems] == ["the folder cannot be read: No such file or directory"]


def test_a_signature_changes_with_the_file_and_with_nothing_else(tmp_path: Path):
    file = tmp_path / "a.yaml"
    file.write_text("a: 1")
    before = scan(tmp_path).files["a.yaml"].signature
    assert scan(tmp_path).files["a.yaml"].signature == before
    other = tmp_path / "new"
    other.write_text("a: 2")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.rename(file)
    assert scan(tmp_path).files["a.yaml"].signature != before
