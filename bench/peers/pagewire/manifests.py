"""Writes the manifests of the comparison: twenty Pages, each with the auto-reply plugin and nothing else.

python -m bench.peers.pagewire.manifests FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.peers.talk import PAGES, SECRET, TOKEN, Message

RULE = {"when": {"regex": "^no ([0-9]+-[0-9]+)$"}, "reply": {"text": "re {1}"}}
APP = {"appId": "990000000000001", "appSecretRefs": [{"name": "s", "key": "app"}]}


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n---\n".join(json.dumps(document) for document in documents())
    (folder / "all.yaml").write_text(text)


def documents() -> list[dict[str, Any]]:
    secret = {"app": SECRET.decode(), "token": TOKEN}
    metadata = {"name": "s", "namespace": "bench"}
    found = [
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": secret},
        resource("MessengerApp", "load", APP),
    ]
    for number in range(PAGES):
        found += page(number)
    return found


def page(number: int) -> list[dict[str, Any]]:
    name, own = f"p{number}", {"appRef": {"name": "load"}, "pageId": Message(number * 4, 0).page}
    source = {"secretRef": {"name": "s", "key": "token"}}
    plugins = [{"name": "auto-reply", "config": {"rules": [RULE]}}]
    token = resource("AccessToken", name, {**own, "type": "Page", "from": source})
    return [token, resource("MessengerPage", name, {**own, "tokenRef": {"name": name}, "plugins": plugins})]


def resource(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "bench"}
    return {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


if __name__ == "__main__":
    main()
