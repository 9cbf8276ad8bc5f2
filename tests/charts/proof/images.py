"""The images, built by buildah from their Dockerfiles, and run by bubblewrap: no container engine is needed.

The base comes from Debian's packages, since there may be no registry of images to pull the pinned one from. So what is not
shown is that base, and an engine's own way to start a container.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.charts.helm import ROOT

PACKAGES: Final = "python3,python3-venv,python3-pip,ca-certificates"
_CERTIFICATES: Final = "/etc/ssl/certs"


class Images:
    """Builds and mounts them.

    Args:
        folder: for everything.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        store = f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/graph"\n'
        (folder / "storage.conf").write_text(store)
        # Where a company's proxy signs what is fetched, the build has to trust it as the machine does.
        (folder / "pip.conf").write_text(f"[global]\ncert = {_CERTIFICATES}/ca-certificates.crt\n")
        self._environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")}

    def base(self) -> None:
        """What stands for the pinned base: Debian's Python."""
        archive = self._folder / "base.tar"
        _run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", "trixie", str(archive))
        text = "FROM scratch\nADD base.tar /\nRUN ln -s /usr/bin/python3 /usr/local/bin/python\n"
        (self._folder / "base.Dockerfile").write_text(text)
        self._buildah(
            "bud", "--isolation=chroot", "-f", str(self._folder / "base.Dockerfile"), "-t", "base", str(self._folder)
        )

    def build(self, name: str, tag: str) -> None:
        """Build one from its Dockerfile, as a release does."""
        mounts = (f"{_CERTIFICATES}:{_CERTIFICATES}:ro", f"{self._folder}/pip.conf:/etc/pip.conf:ro")
        arguments = ("BASE=localhost/base", "VERSION=0.1.0", "SOURCE_DATE_EPOCH=1790000000")
        words = [f"--volume={mount}" for mount in mounts] + [f"--build-arg={one}" for one in arguments]
        own = ("--isolation=chroot", "--timestamp=1790000000", "-f", f"deploy/images/{name}.Dockerfile", "-t", tag)
        self._buildah("bud", *own, *words, str(ROOT))

    def layers(self, tag: str) -> list[str]:
        """The checksums of an image's layers."""
        found: dict[str, Any] = json.loads(self._buildah("inspect", "--type=image", tag))
        return list(found["OCIv1"]["rootfs"]["diff_ids"])

    def mounted(self, tag: str) -> "Root":
        """An image's files, and how it says it is run."""
        container = self._buildah("from", "--pull-never", tag).strip()
        config = json.loads(self._buildah("inspect", "--type=image", tag))["OCIv1"]["config"]
        return Root(Path(self._buildah("mount", container).strip()), config)

    def _buildah(self, *words: str) -> str:
        return _run("buildah", *words, environment=self._environment)


class Root:
    """The root file system of an image.

    Args:
        path: where it is.
        config: its entrypoint, user and variables.
    """

    def __init__(self, path: Path, config: dict[str, Any]) -> None:
        self.path, self.config = path, config

    def command(
        self, *words: str, entrypoint: list[str] | None = None, binds: tuple[str, ...] = (), **variables: str
    ) -> list[str]:
        """The command line that runs it as a pod would: its own user, a root that cannot be written, no capability.

        Args:
            words: arguments of the container.
            entrypoint: instead of its own.
            binds: ``FROM:TO`` each, that it may write to.
            variables: beside its own.
        """
        user, _, group = self.config["User"].partition(":")
        alone = [
            "--unshare-all",
            "--share-net",
            "--die-with-parent",
            "--cap-drop",
            "ALL",
            "--uid",
            user,
            "--gid",
            group,
        ]
        files = ["--ro-bind", str(self.path), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        files += [word for bind in binds for word in ("--bind", *bind.split(":"))]
        told = dict(one.split("=", 1) for one in self.config["Env"]) | variables
        told_words = [word for name, value in told.items() for word in ("--setenv", name, value)]
        return ["bwrap", *alone, *files, "--clearenv", *told_words, *(entrypoint or self.config["Entrypoint"]), *words]


def _run(*command: str, environment: dict[str, str] | None = None) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
    assert ended.returncode == 0, f"{command[0]} {command[1]}: {ended.stdout[-2000:]}{ended.stderr[-3000:]}"
    return ended.stdout
