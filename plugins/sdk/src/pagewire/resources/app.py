"""`MessengerApp`: the Meta app that signs the webhooks and owns the tokens."""

from typing import Annotated, Literal

from msgspec import Meta

from .base import Resource
from .common import DEFAULT_GRAPH_VERSION, GraphVersion, Namespace, NumericId, SecretKeyRef, Spec


class MessengerAppSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of an app."""

    app_id: NumericId
    app_secret_refs: Annotated[list[SecretKeyRef], Meta(max_length=10)] = []
    """Any of them may sign: old and new during a rotation, and the Instagram app's own."""
    verify_token_ref: SecretKeyRef | None = None
    client_token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    graph_version: GraphVersion = DEFAULT_GRAPH_VERSION
    allowed_namespaces: Annotated[list[Namespace], Meta(max_length=1000)] = []
    """Other namespaces whose resources may use this app; its own always may."""


class MessengerApp(Resource, frozen=True, kw_only=True):
    """A Meta app."""

    kind: Literal["MessengerApp"] = "MessengerApp"
    spec: MessengerAppSpec
