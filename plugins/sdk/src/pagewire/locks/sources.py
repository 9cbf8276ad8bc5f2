"""Where keys come from: a variable, a file, or a command that asks a key service. The one that locks comes first."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from .keys import Key, LockError

VARIABLE: Final = "PAGEWIRE_SECRETS_KEY"
"""Keys, with white space or commas between them. With ``_FILE``: a file of them. With ``_COMMAND``: what prints them."""
COMMAND_SECONDS: Final = 30.0
_MOST: Final = 64 * 1024


class KeySource(Struct, frozen=True, kw_only=True):
    """Where keys come from; the first of these that is given.

    Attributes:
        keys: the keys themselves.
        file: a file of them, one a line.
        command: prints them, such as one that has a key service decrypt them; no shell reads it.
        own: a file that is made with a new key when something has to be locked and nothing else is given;
            ``None`` where there is no place for one.
    """

    keys: str = ""
    file: Path | None = None
    command: str = ""
    own: Path | None = None

    @property
    def given(self) -> bool:
        """Whether somebody chose where keys come from."""
        return bool(self.keys or self.file or self.command)

    def __repr__(self) -> str:
        return "KeySource(***)"

    def read(self) -> tuple[Key, ...]:
        """The keys there are now. Blocks.

        Raises:
            LockError: they cannot be had.
        """
        text = self.keys or self._from_file() or self._from_command() or self._from_own()
        found = tuple(Key.parse(word) for word in text.replace(",", " ").split() if word)
        if self.given and not found:
            raise LockError(f"no key is where {VARIABLE}, {VARIABLE}_FILE or {VARIABLE}_COMMAND points; put one there")
        return found

    def make(self) -> tuple[Key, ...]:
        """The keys, with one made in a file of our own if there are none. Blocks.

        Raises:
            LockError: there is no place for a file.
        """
        found = self.read()
        if found or self.own is None:
            return found
        try:
            self.own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="ascii") as file:  # noqa: PTH123 - for the mode
                file.write(f"{Key.new()}\n")
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            pass  # Another process was faster.
        except OSError as error:
            raise LockError(
                f"no key can be made in {self.own}: {error.strerror}; name one by {VARIABLE}_FILE"
            ) from error
        return self.read()

    def _from_file(self) -> str:
        return "" if self.file is None else _text(self.file)

    def _from_own(self) -> str:
        return _text(self.own) if self.own is not None and self.own.exists() else ""

    def _from_command(self) -> str:
        if not self.command:
            return ""
        try:
            ran = subprocess.run(  # noqa: S603 - the operator's own command, as given
                shlex.split(self.command), capture_output=True, timeout=COMMAND_SECONDS, check=False
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise LockError(f"{VARIABLE}_COMMAND cannot be run: {type(error).__name__}; check it by hand") from None
        if ran.returncode:
            raise LockError(f"{VARIABLE}_COMMAND ended with {ran.returncode}; run it by hand to see why")
        return ran.stdout[:_MOST].decode("ascii", "replace")


def source_of(environment: Mapping[str, str]) -> KeySource:
    """What the environment says."""
    file = environment.get(f"{VARIABLE}_FILE")
    return KeySource(
        keys=environment.get(VARIABLE, ""),
        file=Path(file) if file else None,
        command=environment.get(f"{VARIABLE}_COMMAND", ""),
        own=own_file(environment),
    )


def own_file(environment: Mapping[str, str]) -> Path | None:
    """The user's own file of keys, beside their other settings and so never in a folder of manifests."""
    if chosen := environment.get("XDG_CONFIG_HOME"):
        return Path(chosen) / "pagewire" / "secrets.keys"
    home = environment.get("HOME", "")
    return Path(home) / ".config" / "pagewire" / "secrets.keys" if home.strip("/") else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no text"
        raise LockError(f"the keys in {path} cannot be read: {said}; check the path and who owns it") from None
