"""Options that `plan`, `apply` and `status` share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

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
