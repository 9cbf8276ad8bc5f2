"""Which cluster the doctor looks at. Apart from the checks, as they need an extra that need not be installed."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from msgspec import Struct

F = TypeVar("F", bound=Callable[..., Any])

HOME: Final = "pagewire-system"
_NAMES: Final = ("kubeconfig", "context", "namespaces", "home")


class ClusterScope(Struct, frozen=True, kw_only=True):
    """Which cluster, and what of it.

    Attributes:
        asked: whether to look at one at all.
        kubeconfig, context: as kubectl takes them.
        namespaces: where the resources are; all if there are none here.
        home: namespace that operator and gateway run in.
    """

    asked: bool
    kubeconfig: Path | None
    context: str | None
    namespaces: tuple[str, ...]
    home: str


NOWHERE: Final = ClusterScope(asked=False, kubeconfig=None, context=None, namespaces=(), home="")
"""No cluster is looked at."""


def cluster_options(command: F) -> F:
    """Give a command the options of a `ClusterScope`, and the scope as ``cluster``."""

    @wraps(command)
    def scoped(*given: Any, **options: Any) -> Any:
        cluster, named = options.pop("cluster"), {name: options.pop(name) for name in _NAMES}
        asked = cluster or named["kubeconfig"] is not None or named["context"] is not None
        return command(*given, cluster=ClusterScope(asked=asked, **named), **options)

    decorated: Any = scoped
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


_OPTIONS: Final = (
    click.option(
        "--cluster", is_flag=True, help="Look at a Kubernetes cluster: that of KUBECONFIG or of ~/.kube/config."
    ),
    click.option(
        "--kubeconfig",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Look at the cluster of this file.",
    ),
    click.option("--context", metavar="NAME", help="Look at the cluster of this context."),
    click.option(
        "-n",
        "--namespace",
        "namespaces",
        multiple=True,
        metavar="NAME",
        help="Only resources of this namespace; may be given several times.  [all of them]",
    ),
    click.option(
        "--home", default=HOME, show_default=True, metavar="NAME", help="Namespace that operator and gateway run in."
    ),
)
