"""How commands end. Every exit code is here, and `pagewire_gateway.cli.reference` prints this list."""

from enum import IntEnum
from typing import IO, Any

import click


class Exit(IntEnum):
    """What an exit code means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    WARNINGS = 3
    NOT_FOUND = 4
    UNREACHABLE = 5
    PLAN_USAGE = 64

    @property
    def meaning(self) -> str:
        """For people."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.OK: "It worked.",
    Exit.FAILED: "It did not work; the last line on stderr says why and what to do.",
    Exit.USAGE: "The command line is wrong: an unknown option, a missing argument, a value that cannot be read. For `plan`:"
    " there is something to do.",
    Exit.WARNINGS: "It worked, but something needs a look: `doctor` found warnings, `replay` did not find every event.",
    Exit.NOT_FOUND: "What was named does not exist: an event, a plugin, parked work.",
    Exit.UNREACHABLE: "Nothing answers: no gateway at --admin, or something else there.",
    Exit.PLAN_USAGE: "The command line of `plan` or `apply` is wrong; 2 would say that there is something to do.",
}


class CommandError(click.ClickException):
    """A command cannot do its work.

    Args:
        message: one sentence.
        hint: what to do next.
        code: how the command ends.
        reason: the admin API's word for it, if it was the API that refused.
    """

    def __init__(self, message: str, hint: str = "", code: Exit = Exit.FAILED, reason: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.reason = reason
        self.exit_code = int(code)  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """One line on stderr."""
        end = "" if self.message.endswith((".", "!", "?")) else "."
        said = f"{self.message}{end} {self.hint}" if self.hint else self.message
        click.echo(f"pagewire: {' '.join(said.split())}", file=file, err=file is None)
