"""The manifests of a small shop, to be bent by the tests."""

from typing import Any

from pagewire.resources import API_VERSION
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID

Document = dict[str, Any]
NAMESPACE = "support"
SECRET = "s3cr3t-app-secret-for-tests"
INSTAGRAM_SECRET = "s3cr3t-instagram-secret-for-tests"
VERIFY_TOKEN = "letmein0verify"
CALLBACK = "https://hooks.example.com/webhooks/support/acme"


def document(kind: str, name: str, spec: Document, **metadata: Any) -> Document:
    meta = {"name": name, "namespace": NAMESPACE, **metadata}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": meta, "spec": spec}


def secret(name: str, **values: str) -> Document:
    data = {key.replace("_", "-"): value for key, value in values.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "stringData": data,
    }


def app_secret(**values: str) -> Document:
    return secret(
        "acme-app",
        **{"app_secret": SECRET, "instagram_secret": INSTAGRAM_SECRET, "verify_token": VERIFY_TOKEN, **values},
    )


def app(*, keys: tuple[str, ...] = ("app-secret",), **spec: Any) -> Document:
    wanted = {
        "appId": APP_ID,
        "appSecretRefs": [{"name": "acme-app", "key": key} for key in keys],
        "verifyTokenRef": {"name": "acme-app", "key": "verify-token"},
        "instagram": {"appId": APP_ID, "appSecretRef": {"name": "acme-app", "key": "instagram-secret"}},
        **spec,
    }
    return document("MessengerApp", "acme", wanted)


def token(name: str = "harbour", **spec: Any) -> Document:
    wanted = {
        "appRef": {"name": "acme"},
        "type": "Page",
        "pageId": PAGE_ID,
        "from": {"secretRef": {"name": f"{name}-token", "key": "token"}},
        "scopes": ["pages_messaging", "pages_manage_metadata"],
        **spec,
    }
    return document("AccessToken", name, wanted)


def login_token(name: str = "quay") -> Document:
    wanted = {
        "appRef": {"name": "acme"},
        "type": "User",
        "provider": "Instagram",
        "from": {"secretRef": {"name": f"{name}-token", "key": "token"}},
    }
    return document("AccessToken", name, wanted)


def subscription(name: str = "acme-page", **spec: Any) -> Document:
    wanted = {
        "appRef": {"name": "acme"},
        "object": "page",
        "callbackURL": CALLBACK,
        "fields": ["messages", "messaging_postbacks"],
        **spec,
    }
    return document("WebhookSubscription", name, wanted)


def page(name: str = "harbour", *, metadata: Document | None = None, **spec: Any) -> Document:
    wanted = {
        "appRef": {"name": "acme"},
        "pageId": PAGE_ID,
        "tokenRef": {"name": "harbour"},
        "subscribedFields": ["messages", "messaging_postbacks"],
        **spec,
    }
    return document("MessengerPage", name, wanted, **metadata or {})


def linked(name: str = "harbour-ig", **spec: Any) -> Document:
    wanted = {"appRef": {"name": "acme"}, "accountId": INSTAGRAM_ID, "pageRef": {"name": "harbour"}, **spec}
    return document("InstagramAccount", name, wanted)


def by_login(name: str = "quay-ig", **spec: Any) -> Document:
    wanted = {
        "appRef": {"name": "acme"},
        "accountId": LOGIN_ID,
        "tokenRef": {"name": "quay"},
        "subscribedFields": ["messages", "messaging_postbacks"],
        **spec,
    }
    return document("InstagramAccount", name, wanted)


PROFILE = {
    "getStarted": {"payload": "START"},
    "greeting": [{"locale": "default", "text": "Ahoy {{user_first_name}}!"}],
    "persistentMenu": [
        {
            "locale": "default",
            "callToActions": [
                {"type": "postback", "title": "Opening hours", "payload": "HOURS"},
                {"type": "web_url", "title": "Order online", "url": "https://shop.example.com/"},
            ],
        }
    ],
    "iceBreakers": [{"callToActions": [{"question": "When are you open?", "payload": "HOURS"}]}],
    "whitelistedDomains": ["https://shop.example.com"],
}
"""A profile with most of its properties."""


def base(*documents: Document) -> tuple[Document, ...]:
    """An app with its secrets and a Page's token, and more."""
    return (app_secret(), secret("harbour-token", token="EAAPAGETOKEN1"), app(), token(), *documents)


def with_login(*documents: Document) -> tuple[Document, ...]:
    """An app with its secrets and a token of Instagram Login, and more."""
    return (app_secret(), secret("quay-token", token="IGLOGINTOKEN1"), app(), login_token(), *documents)
