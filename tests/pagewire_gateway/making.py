"""Small worlds for tests of the gateway: manifests, a registry, a journal, delivery bodies."""

import itertools
import json
from pathlib import Path
from typing import Any

from pagewire_gateway.signature import sign

SECRET = "s3cr3t-app-secret-for-tests"
PAGE, INSTAGRAM = "108000000000001", "17841400000000001"
APP_ID = "990000000000001"
NOW = 1_790_000_000_000
_numbers = itertools.count(1)

APP_MANIFESTS = f"""
apiVersion: v1
kind: Secret
metadata: {{name: acme-app, namespace: support}}
stringData: {{app-secret: {SECRET}, old-secret: the-old-one, verify-token: letmein, page-token: EAAPAGE}}
---
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {{name: acme, namespace: support}}
spec:
  appId: "{APP_ID}"
  appSecretRefs: [{{name: acme-app, key: app-secret}}, {{name: acme-app, key: old-secret}}]
  verifyTokenRef: {{name: acme-app, key: verify-token}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {{name: harbour, namespace: support}}
spec:
  appRef: {{name: acme}}
  type: Page
  pageId: "{PAGE}"
  from: {{secretRef: {{name: acme-app, key: page-token}}}}
"""


def page_manifest(*plugins: dict[str, Any], page: str = PAGE, name: str = "harbour", **more: Any) -> str:
    """A MessengerPage with these plugins."""
    common = {"appRef": {"name": "acme"}, "pageId": page, "tokenRef": {"name": "harbour"}}
    spec = {**common, "plugins": list(plugins), **more}
    return _resource("MessengerPage", name, spec)


def instagram_manifest(*plugins: dict[str, Any]) -> str:
    """An InstagramAccount reached through the Page."""
    spec = {
        "appRef": {"name": "acme"},
        "accountId": INSTAGRAM,
        "pageRef": {"name": "harbour"},
        "plugins": list(plugins),
    }
    return _resource("InstagramAccount", "harbour-ig", spec)


def write(folder: Path, *documents: str) -> Path:
    """Put documents into a manifests folder."""
    folder.mkdir(exist_ok=True)
    (folder / "all.yaml").write_text("\n---\n".join((APP_MANIFESTS, *documents)))
    return folder


def _resource(kind: str, name: str, spec: dict[str, Any]) -> str:
    metadata = {"name": name, "namespace": "support"}
    return json.dumps({"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})


def message(
    text: str = "hello", person: str = "24000000000000001", account: str = PAGE, at: int = NOW, mid: str = ""
) -> dict:
    """A messaging item."""
    said = {"mid": mid or f"m_{next(_numbers):06d}", "text": text}
    return {"sender": {"id": person}, "recipient": {"id": account}, "timestamp": at, "message": said}


def body(*items: dict, account: str = PAGE, object_: str = "page") -> bytes:
    """A delivery body of one entry."""
    return json.dumps({"object": object_, "entry": [{"id": account, "time": NOW, "messaging": list(items)}]}).encode()


def signed(content: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers Meta sends with a body."""
    return {"Content-Type": "application/json", "X-Hub-Signature-256": sign(content, secret.encode())}
