"""Manifests from what Meta answered. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import yaml
from msgspec import Struct

from pagewire.graph.admin import AppSubscription, InstagramLink, PageFacts
from pagewire.resources import API_VERSION, InstagramProfile, Profile, WebhookObject

Document = dict[str, Any]

_PLACE: Final = "REPLACE-ME"
_LINKING: Final = "account_linking_url"
_QUESTIONS: Final = "ice_breakers"


class Draft(Struct, frozen=True, kw_only=True):
    """Names that all documents of one import share.

    Attributes:
        namespace: of all documents.
        app: name of the MessengerApp.
        app_id: Meta's id of it.
        graph_version: as in ``v25.0``.
    """

    namespace: str
    app: str
    app_id: str
    graph_version: str

    def app_documents(self, subscriptions: Iterable[AppSubscription]) -> list[Document]:
        """The app, its Secret and its subscriptions."""
        texts = {"app-secret": _PLACE, "verify-token": _PLACE}
        spec = {
            "appId": self.app_id,
            "appSecretRefs": [{"name": self.app, "key": "app-secret"}],
            "verifyTokenRef": {"name": self.app, "key": "verify-token"},
            "graphVersion": self.graph_version,
        }
        known = [one for one in subscriptions if one.object in set(WebhookObject) and one.fields and one.callback_url]
        return [
            self._secret(self.app, texts),
            self._ours("MessengerApp", self.app, spec),
            *map(self._subscription, known),
        ]

    def page_documents(self, facts: PageFacts, fields: list[str], profile: Document) -> list[Document]:
        """A Page, its token and the token's Secret."""
        name = self._name(facts.name, str(facts.id))
        token = {
            "appRef": {"name": self.app},
            "type": "Page",
            "pageId": facts.id,
            "from": {"secretRef": {"name": f"{name}-token", "key": "token"}},
            "scopes": ["pages_messaging", "pages_manage_metadata"],
        }
        spec = {
            "appRef": {"name": self.app},
            "pageId": facts.id,
            "tokenRef": {"name": name},
            **({"subscribedFields": fields} if fields else {}),
            **({"profile": profile} if profile else {}),
        }
        return [
            self._secret(f"{name}-token", {"token": _PLACE}),
            self._ours("AccessToken", name, token),
            self._ours("MessengerPage", name, spec),
        ]

    def instagram_document(self, facts: PageFacts, linked: InstagramLink, profile: Document) -> Document:
        """The Instagram account that is linked to a Page."""
        page = self._name(facts.name, str(facts.id))
        spec = {
            "appRef": {"name": self.app},
            "accountId": linked.id,
            "pageRef": {"name": page},
            **({"profile": profile} if profile else {}),
        }
        return self._ours("InstagramAccount", f"{page}-instagram", spec)

    def _subscription(self, found: AppSubscription) -> Document:
        spec = {
            "appRef": {"name": self.app},
            "object": found.object,
            "callbackURL": found.callback_url,
            "fields": sorted(found.fields),
        }
        return self._ours("WebhookSubscription", f"{self.app}-{found.object}", spec)

    def _ours(self, kind: str, name: str, spec: Document) -> Document:
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}

    def _secret(self, name: str, texts: Mapping[str, str]) -> Document:
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(texts)}

    def _name(self, title: str | None, page_id: str) -> str:
        made = re.sub(r"[^a-z0-9]+", "-", (title or "").lower()).strip("-")[:40].strip("-")
        return f"{made}-{page_id[-4:]}" if made else f"page-{page_id}"


def profile_of(properties: Mapping[str, Any]) -> tuple[Document, list[str]]:
    """The ``profile`` of a Page, and the properties that have no place in one."""
    return _profile(properties, Profile)


def instagram_profile_of(properties: Mapping[str, Any]) -> tuple[Document, list[str]]:
    """The same of an Instagram account."""
    return _profile(properties, InstagramProfile)


def to_yaml(document: Document) -> str:
    """As people write it."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    return text


def _profile(properties: Mapping[str, Any], shape: type[Struct]) -> tuple[Document, list[str]]:
    found: Document = {}
    unknown: list[str] = []
    for name, value in properties.items():
        spelt = "accountLinkingURL" if name == _LINKING else _camel(name)
        one = {spelt: _spelt(_localized(value) if name == _QUESTIONS else value)}
        try:
            read = msgspec.convert(one, shape)
        except (msgspec.ValidationError, ValueError, TypeError):
            unknown.append(name)
            continue
        found |= {key: given for key, given in _plain(read).items() if key == spelt}
    return found, unknown


def _localized(value: Any) -> Any:
    """The older flat list of questions is that of everybody (Meta, Ice Breakers)."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping) and "question" in value[0]:
        return [{"call_to_actions": value}]
    return value


def _plain(read: Struct) -> Document:
    plain: Document = msgspec.to_builtins(read)
    return {key: _without_none(value) for key, value in plain.items() if value is not None}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value


def _spelt(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_camel(key): _spelt(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_spelt(one) for one in value]
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
