"""The signature of a release, checked by our own command and by the one the manual gives to users."""

import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tools.release.building import ROOT, SUMS, ReleaseError
from tools.release.signing import sign, verify

WHO = "release@pagewire.dev"
MANUAL = (ROOT / "docs/how-to/verify-a-release.md").read_text()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key pair, and who may sign beside it."""
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", WHO, "-f", path], check=True)
    (tmp_path / "allowed_signers").write_text(
        f'{WHO} namespaces="pagewire-release" {(tmp_path / "key.pub").read_text()}'
    )
    return path


@pytest.fixture
def dist(tmp_path: Path, key: Path) -> Path:
    """A signed folder."""
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("pagewire-1.0.0-py3-none-any.whl", "pagewire-1.0.0.tar.gz"):
        (folder / name).write_bytes(name.encode() * 100)
    sums = [f"{sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in sorted(folder.iterdir())]
    (folder / SUMS).write_text("".join(sums))
    sign(folder, key)
    return folder


def test_what_was_signed_is_taken(dist: Path, tmp_path: Path):
    assert verify(dist, tmp_path / "allowed_signers", WHO) == [
        "pagewire-1.0.0-py3-none-any.whl",
        "pagewire-1.0.0.tar.gz",
    ]


@pytest.mark.parametrize(
    "spoil", ["a file", "the sums", "the signature", "one more file", "another signer", "another use"]
)
def test_anything_else_is_refused(dist: Path, key: Path, tmp_path: Path, spoil: str):
    signers, other = tmp_path / "allowed_signers", tmp_path / "other"
    if spoil == "a file":
        (dist / "pagewire-1.0.0.tar.gz").write_bytes(b"evil")
    elif spoil == "the sums":
        (dist / SUMS).write_text((dist / SUMS).read_text().replace("a", "b"))
    elif spoil == "the signature":
        (dist / f"{SUMS}.sig").unlink()
    elif spoil == "one more file":
        (dist / "pagewire_more-1.0.0.tar.gz").write_bytes(b"evil")
    elif spoil == "another signer":
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
        sign(dist, other)
    else:
        (dist / f"{SUMS}.sig").unlink()
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", "git", dist / SUMS], check=True)
    with pytest.raises(ReleaseError):
        verify(dist, signers, WHO)


def test_the_commands_of_the_manual_do_the_same_without_pagewire(dist: Path, tmp_path: Path):
    (block,) = re.findall(r"```sh\n(ssh-keygen -Y verify.*?)```", MANUAL, re.DOTALL)
    (tmp_path / "dist" / "allowed_signers").write_text((tmp_path / "allowed_signers").read_text())

    def typed() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-euc", block], cwd=dist, capture_output=True, text=True, check=False)

    assert typed().returncode == 0, typed().stderr
    (dist / "pagewire-1.0.0.tar.gz").write_bytes(b"evil")
    assert typed().returncode != 0
    (dist / SUMS).write_text("")
    assert typed().returncode != 0
