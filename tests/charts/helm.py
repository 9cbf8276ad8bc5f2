"""Helm as a user runs it, with nothing of the developer's own caches and settings."""

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from tools.charting.programs import program

Manifest = dict[str, Any]
ROOT: Final = Path(__file__).parents[2]
CHART: Final = ROOT / "charts/pagewire"
NAMESPACE: Final = "pagewire-system"
PROFILES: Final = tuple(sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").glob("*-values.yaml")))


class HelmError(RuntimeError):
    """Helm ended with another code than 0; the text is what it printed."""


def helm(*arguments: str, **environment: str) -> str:
    """What Helm prints.

    Raises:
        HelmError: it refused.
    """
    home = "/nonexistent"
    own = dict.fromkeys(("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"), home)
    ended = subprocess.run(
        [program("helm"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **own, **environment},
    )
    if ended.returncode:
        raise HelmError(ended.stdout + ended.stderr)
    return ended.stdout


def values_of(profile: str) -> Path:
    """The values file of a profile."""
    return CHART / "ci" / f"{profile}-values.yaml"


@cache
def rendered(profile: str = "", *changes: str, release: str = "pagewire") -> tuple[Manifest, ...]:
    """What ``helm template`` makes of the chart, once for all tests.

    Args:
        profile: one of `PROFILES`; the defaults without it.
        changes: as for ``--set``.
        release: its name.
    """
    values = ("--values", str(values_of(profile))) if profile else ()
    sets = [word for change in changes for word in ("--set", change)]
    text = helm("template", release, str(CHART), "--namespace", NAMESPACE, *values, *sets)
    return tuple(one for one in yaml.safe_load_all(text) if one)


def pick(manifests: tuple[Manifest, ...], kind: str, name: str = "") -> Manifest:
    """The one of that kind, and that name where there are several."""
    (found,) = [one for one in manifests if one["kind"] == kind and name in ("", one["metadata"]["name"])]
    return found


def pods(manifests: tuple[Manifest, ...]) -> dict[str, Manifest]:
    """The spec of each pod or pod template, by name of its owner."""
    return {
        one["metadata"]["name"]: one["spec"] if one["kind"] == "Pod" else one["spec"]["template"]["spec"]
        for one in manifests
        if one["kind"] in {"Deployment", "StatefulSet", "Pod"}
    }
