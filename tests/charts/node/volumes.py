"""Volumes of pods as folders of this machine."""

import base64
from collections.abc import Callable
from pathlib import Path

from tests.charts.helm import Manifest


class Volumes:
    """Makes them, and keeps those that outlive their pod.

    Args:
        folder: where they are.
        fetch: a Secret by namespace and name.
    """

    def __init__(self, folder: Path, fetch: Callable[[str, str], Manifest]) -> None:
        self._folder, self._fetch = folder, fetch

    def mounts(self, pod: Manifest) -> dict[str, Path]:
        """Folder of each path that the pod's container mounts."""
        folders = {volume["name"]: self._made(pod, volume) for volume in pod["spec"].get("volumes", [])}
        return {one["mountPath"]: folders[one["name"]] for one in pod["spec"]["containers"][0].get("volumeMounts", [])}

    def _made(self, pod: Manifest, volume: Manifest) -> Path:
        namespace, name = pod["metadata"]["namespace"], volume["name"]
        if "persistentVolumeClaim" in volume:
            folder = self._folder / "claims" / namespace / volume["persistentVolumeClaim"]["claimName"]
        else:
            folder = self._folder / "pods" / pod["metadata"]["uid"] / name
        folder.mkdir(parents=True, exist_ok=True)
        self._fill(folder, namespace, volume)
        return folder

    def _fill(self, folder: Path, namespace: str, volume: Manifest) -> None:
        if "secret" in volume:
            found = self._fetch(namespace, volume["secret"]["secretName"])["data"]
            _write(folder, {key: key for key in found}, found)
        for source in volume.get("projected", {}).get("sources", []):
            found = self._fetch(namespace, source["secret"]["name"])["data"]
            _write(folder, {item["key"]: item["path"] for item in source["secret"]["items"]}, found)


def _write(folder: Path, paths: dict[str, str], data: dict[str, str]) -> None:
    for key, path in paths.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(base64.b64decode(data[key]))
