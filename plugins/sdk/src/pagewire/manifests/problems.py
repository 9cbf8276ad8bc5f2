"""What is wrong with the documents a registry was given, said so that a person can mend it."""

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """Something was refused or cannot work. A strict start fails on it."""
    WARNING = "warning"
    """It is served, but closed: an app that can check no signature, an account that cannot send."""
    NOTE = "note"
    """Left out on purpose, such as documents of other software."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a resource was written.

    Attributes:
        file: Path inside the folder; empty if the resource was not read from a file.
        document: Which document of the file, from 1; 0 for the file as a whole.
        item: Which item of a ``List`` document, from 1; 0 for none.
        line: From 1; 0 if unknown.
    """

    file: str = ""
    document: int = 0
    item: int = 0
    line: int = 0

    def __str__(self) -> str:
        item = f" item {self.item}" if self.item else ""
        return f"{self.file} document {self.document}{item}" if self.document else self.file


class Problem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that is wrong, and where.

    Attributes:
        resource: ``MessengerPage support/harbour``, or empty if that could not be read.
        path: The field, as in ``spec.plugins[0].name``, or empty.
        message: What is wrong and what to do. Never holds a secret.
    """

    severity: Severity = Severity.ERROR
    place: Place = Place()
    resource: str = ""
    path: str = ""
    message: str

    def __str__(self) -> str:
        who = f"({self.resource})" if self.resource and self.place.file else self.resource
        line = f"line {self.place.line}" if self.place.line else ""
        where = " ".join(part for part in (str(self.place), who, line) if part)
        return ": ".join(part for part in (where, self.path, self.message) if part)
