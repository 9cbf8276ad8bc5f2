"""From a container to the command line and variables of a process. Pure."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.charts.helm import ROOT, Manifest

_IMAGES: Final = ROOT / "deploy/images"
_ANYWHERE: Final = re.compile(r"(?<![\w./-])(?:0\.0\.0\.0|\[::\])(?=:\d)")


class Place(NamedTuple):
    """Where a pod is on this machine.

    Attributes:
        address: of its own.
        mounts: folder of each path that its container mounts.
        services: address and port of each Service by ``name:port``.
    """

    address: str
    mounts: Mapping[str, Path]
    services: Mapping[str, str]


def entrypoint(image: str) -> list[str]:
    """What the Dockerfile of an image says it runs, as programs of this environment.

    Args:
        image: such as ``ghcr.io/pagewire/gateway:0.1.0``.
    """
    name = re.sub(r"[:@].*", "", image.rpartition("/")[2])
    found = re.search(r"^ENTRYPOINT (\[.*\])$", (_IMAGES / f"{name}.Dockerfile").read_text(), re.MULTILINE)
    assert found, f"{name}.Dockerfile has no ENTRYPOINT"
    return [str(word) for word in json.loads(found[1])]


def command(container: Manifest, place: Place) -> list[str]:
    """The command line."""
    program, *rest = container.get("command") or entrypoint(container["image"])
    words = [*rest, *container.get("args", [])]
    return [str(Path(sys.executable).with_name(program)), *(localised(word, place) for word in words)]


def environment(container: Manifest, pod: Manifest, secret: Callable[[str, str], str], place: Place) -> dict[str, str]:
    """The container's variables.

    Args:
        container: whose.
        pod: it is in.
        secret: value of a key of a Secret, by name and key.
        place: where the pod is.
    """
    wanted = [one for one in container.get("env", []) if not _is_optional(one)]
    return {one["name"]: localised(_value(one, pod, secret), place) for one in wanted}


def _is_optional(one: Manifest) -> bool:
    """Kubernetes leaves it out where the key is missing, as this does always."""
    return bool(one.get("valueFrom", {}).get("secretKeyRef", {}).get("optional"))


def localised(text: str, place: Place) -> str:
    """A word with this machine's addresses and folders instead of the pod's."""
    text = _ANYWHERE.sub(place.address, text)
    # All at once: a folder of this machine may begin with the path of a mount.
    mounts = "|".join(re.escape(mount) for mount in sorted(place.mounts, key=len, reverse=True))
    if mounts:
        text = re.sub(rf"(?<![\w/])({mounts})(?=/|$)", lambda found: str(place.mounts[found[1]]), text)
    for service, found in place.services.items():
        text = text.replace(f"//{service}", f"//{found}")
    return text


def _value(one: Any, pod: Manifest, secret: Callable[[str, str], str]) -> str:
    if "valueFrom" not in one:
        return str(one.get("value", ""))
    source = one["valueFrom"]
    if "secretKeyRef" in source:
        return secret(source["secretKeyRef"]["name"], source["secretKeyRef"]["key"])
    found: Any = pod
    for key in source["fieldRef"]["fieldPath"].split("."):
        found = found[key]
    return str(found)
