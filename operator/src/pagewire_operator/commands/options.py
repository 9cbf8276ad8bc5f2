"""What `plan`, `apply` and `status` share: options, and how a wrong command line ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from pagewire.terminal.exits import Exit

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


def folder_option(*, required: bool) -> Callable[[F], F]:
    """``-f DIR``."""
    return click.option(
        "-f", "--folder", "folder", type=_FOLDER, required=required, metavar="DIR", help="Folder of manifests."
    )


def cluster_options(command: F) -> F:
    """``--kubeconfig`` and ``--context``."""
    context = click.option("--context", metavar="NAME", help="Context of the kubeconfig.")
    file = click.option(
        "--kubeconfig",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Instead of kubectl's own.",
    )
    return file(context(command))


class Planning(click.Command):
    """A command whose exit code 2 means something to do, so that a wrong command line ends with another one."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the command line."""
        with _told_apart():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        with _told_apart():
            return super().invoke(ctx)


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        error.exit_code = int(Exit.PLAN_USAGE)  # type: ignore[misc]  # click reads it from the instance
        raise
