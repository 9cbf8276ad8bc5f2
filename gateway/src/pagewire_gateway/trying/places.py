"""One Page and one Instagram account, as the gateway's manifests and the simulator's world have them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pagewire.simulator import World
from pagewire.simulator.world import Account, App, Subscription, Token

APP, PAGE, INSTAGRAM = "990000000000001", "108000000000001", "17841400000000001"
_NAMESPACE: Final = "trying"
_SECRETS: Final = {"app-secret": "a-secret-for-trying", "verify-token": "a-token-for-trying", "page-token": "EAATRYING"}
CALLBACK: Final = f"/webhooks/{_NAMESPACE}/app"


def write(folder: Path, plugins: Mapping[str, Any]) -> None:
    """Write the manifests, or write them anew: a running gateway takes up what changed.

    Args:
        folder: of the manifests; made if it is not there.
        plugins: configurations by plugin.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / ".manifests.part"
    part.write_text("\n---\n".join(map(json.dumps, _documents(plugins))))
    part.rename(folder / "manifests.yaml")


def world(callback: str) -> World:
    """Meta's side."""
    installed = {APP: {"*"}}
    app = App(
        id=APP,
        secret=_SECRETS["app-secret"],
        verify_token=_SECRETS["verify-token"],
        subscriptions={
            "page": Subscription(callback_url=callback),
            "instagram": Subscription(callback_url=callback),
        },
    )
    page = Account(id=PAGE, object="page", subscribed=installed)
    instagram = Account(id=INSTAGRAM, object="instagram", page_id=PAGE, subscribed=installed)
    token = Token(value=_SECRETS["page-token"], type="PAGE", app_id=APP, account_id=PAGE)
    return World(apps=[app], accounts=[page, instagram], tokens=[token])


def _documents(plugins: Mapping[str, Any]) -> list[dict[str, Any]]:
    uses = [{"name": name, **({"config": config} if config else {})} for name, config in plugins.items()]
    app = {"name": "app"}
    return [
        {"apiVersion": "v1", "kind": "Secret", "metadata": _named("secrets"), "stringData": _SECRETS},
        _of("MessengerApp", "app", appId=APP, appSecretRefs=[_secret("app-secret")], verifyTokenRef=_secret("verify-token")),
        _of("AccessToken", "page", appRef=app, type="Page", pageId=PAGE, **{"from": {"secretRef": _secret("page-token")}}),
        _of("MessengerPage", "page", appRef=app, pageId=PAGE, tokenRef={"name": "page"}, plugins=uses),
        _of("InstagramAccount", "page", appRef=app, accountId=INSTAGRAM, pageRef={"name": "page"}, plugins=uses),
    ]  # fmt: skip


def _secret(key: str) -> dict[str, str]:
    return {"name": "secrets", "key": key}


def _of(kind: str, name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": _named(name), "spec": spec}


def _named(name: str) -> dict[str, str]:
    return {"name": name, "namespace": _NAMESPACE}
