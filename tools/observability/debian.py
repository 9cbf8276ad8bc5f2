"""Programs out of Debian's packages, unpacked into the user's cache: nothing is installed, and no service starts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.kubernetes.binaries import cache_root
from tools.kubernetes.compiling import alone


def unpack(package: str) -> Path:
    """The folder that a package is unpacked in, at the version this machine's Debian has.

    Raises:
        SystemExit: this is no Debian, or the package could not be fetched.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        sys.exit(f"The tests of dashboards and alerts need {package}: put its programs on the PATH and run this again.")
    folder = cache_root() / "debian" / package
    with alone(folder.parent, package):
        if not folder.exists():
            _fetch(package, folder)
    return folder


def install(package: str) -> Path:
    """The program of a package that has to be installed, as it looks for its files where Debian puts them.

    Raises:
        SystemExit: it could not be installed.
    """
    patience = "DPkg::Lock::Timeout=300"  # somebody else may be installing something
    command = ["apt-get", "install", "-y", "-qq", "-o", patience, "--no-install-recommends", package]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    if os.getuid() != 0 or subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL).returncode:
        sys.exit(f"The proof of the alerts needs {package}: run `sudo apt-get install {package}`, and this again.")
    return Path("/usr/bin") / package


def _fetch(package: str, folder: Path) -> None:
    part = folder.with_name(f"{package}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    print(f"fetching {package} into {folder}", file=sys.stderr, flush=True)
    if subprocess.run(["apt-get", "download", "-qq", package], cwd=part, check=False).returncode:
        _again(package, part)
    (archive,) = part.glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", str(archive), str(part)], check=True)
    archive.unlink()
    part.rename(folder)


def _again(package: str, part: Path) -> None:
    """The package lists may be old or missing; only root may renew them."""
    renewed = os.getuid() == 0 and not subprocess.run(["apt-get", "update", "-qq"], check=False).returncode
    if not renewed or subprocess.run(["apt-get", "download", "-qq", package], cwd=part, check=False).returncode:
        sys.exit(f"{package} could not be fetched. Run `sudo apt-get update`, or install it, and run this again.")
