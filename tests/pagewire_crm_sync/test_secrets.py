"""Secrets come from what was set aside for the plugin, and from nowhere else."""

from pathlib import Path

import pytest

from pagewire_crm_sync.secrets import COMMON_VARIABLE, FOLDER_VARIABLE, SecretMissing, Secrets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "support").mkdir()
    (tmp_path / "support" / "token").write_text("s3cr3t\n")
    (tmp_path / "sales").mkdir()
    return tmp_path


def test_files_of_the_own_namespace_only(folder: Path) -> None:
    secrets = Secrets({FOLDER_VARIABLE: str(folder)})
    assert secrets.read("support", None, "token") == "s3cr3t"
    with pytest.raises(SecretMissing, match="token cannot be read: FileNotFoundError"):
        secrets.read("sales", None, "token")


def test_the_folder_of_all_plugins_counts_after_the_own(folder: Path, tmp_path: Path) -> None:
    common = tmp_path / "common/support/crm-sync"
    common.mkdir(parents=True)
    (common / "token").write_text("other")
    (common / "only-here").write_text("s3cr3t")
    secrets = Secrets({FOLDER_VARIABLE: str(folder), COMMON_VARIABLE: str(tmp_path / "common")})
    assert secrets.read("support", None, "only-here") == "s3cr3t"
    assert secrets.read("support", None, "token") == "s3cr3t"
    with pytest.raises(SecretMissing, match="common/sales/crm-sync/token cannot be read"):
        secrets.read("sales", None, "token")


def test_a_rotated_secret_is_read_at_once(folder: Path) -> None:
    secrets = Secrets({FOLDER_VARIABLE: str(folder)})
    secrets.read("support", None, "token")
    (folder / "support" / "token").write_text("n3w")
    assert secrets.read("support", None, "token") == "n3w"


def test_variables() -> None:
    secrets = Secrets({"PAGEWIRE_CRM_TOKEN": " s3cr3t ", "PAGEWIRE_CRM_EMPTY": ""})
    assert secrets.read("support", "PAGEWIRE_CRM_TOKEN", None) == "s3cr3t"
    assert secrets.read("support", None, None) is None
    for name in ("PAGEWIRE_CRM_EMPTY", "PAGEWIRE_CRM_OTHER"):
        with pytest.raises(SecretMissing, match=f"{name} is not set"):
            secrets.read("support", name, None)


@pytest.mark.parametrize("content", [b"", b" \n", b"x" * 5000, b"\xff\xfe"])
def test_files_that_hold_no_secret(folder: Path, content: bytes) -> None:
    (folder / "support" / "odd").write_bytes(content)
    with pytest.raises(SecretMissing, match="odd"):
        Secrets({FOLDER_VARIABLE: str(folder)}).read("support", None, "odd")


def test_a_folder_is_no_secret(folder: Path) -> None:
    with pytest.raises(SecretMissing, match="IsADirectoryError"):
        Secrets({FOLDER_VARIABLE: str(folder.parent)}).read(folder.name, None, "support")
