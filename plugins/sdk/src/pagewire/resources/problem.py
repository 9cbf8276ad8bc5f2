"""What is wrong with a resource, as data."""

from msgspec import Struct


class Problem(Struct, frozen=True, gc=False):
    """One thing that is wrong.

    Attributes:
        path: The field, as the manifest spells it: ``spec.plugins[0].name``. Empty for the whole document.
        message: What is wrong and what to write instead. Never holds a value of the document that could be secret.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidResourceError(ValueError):
    """A document is not a resource of ours; `problems` says why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
