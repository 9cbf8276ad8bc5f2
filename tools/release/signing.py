"""A signature under the sums, by an SSH key: OpenSSH is on every machine, and needs no service to be asked."""

import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Final

from .building import SUMS, ReleaseError

NAMESPACE: Final = "pagewire-release"
"""What the key signs for: a signature made for something else does not count here."""


def sign(folder: Path, key: Path) -> Path:
    """Sign the sums of a folder; gives the signature.

    Args:
        folder: as `building.build` fills it.
        key: the private key, or the public one of a key that an agent or a token holds.

    Raises:
        ReleaseError: the key cannot sign.
    """
    signature = folder / f"{SUMS}.sig"
    signature.unlink(missing_ok=True)
    _run("sign", "-f", str(key), "-n", NAMESPACE, str(folder / SUMS))
    return signature


def verify(folder: Path, signers: Path, identity: str) -> list[str]:
    """Check the signature, then every file against the sums; gives the names of the files.

    Args:
        folder: with the files, the sums and the signature.
        signers: who may sign, as in OpenSSH's ``allowed_signers``.
        identity: who has to have signed.

    Raises:
        ReleaseError: something is not as it was signed.
    """
    signature = folder / f"{SUMS}.sig"
    sums = (folder / SUMS).read_text()
    _run("verify", "-f", str(signers), "-I", identity, "-n", NAMESPACE, "-s", str(signature), said=sums)
    told = dict(line.split("  ")[::-1] for line in sums.splitlines())
    there = {path.name for path in folder.iterdir()} - {SUMS, signature.name}
    if unknown := sorted(there - told.keys()):
        raise ReleaseError(f"not signed for: {', '.join(unknown)}; do not use them")
    for name, told_sum in told.items():
        path = folder / name
        if not path.exists() or sha256(path.read_bytes()).hexdigest() != told_sum:
            raise ReleaseError(f"{name} is missing, or not what was signed; do not use it")
    return sorted(told)


def _run(*words: str, said: str = "") -> None:
    done = subprocess.run(["ssh-keygen", "-Y", *words], input=said, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"ssh-keygen -Y {words[0]}: {(done.stderr or done.stdout).strip()}")
