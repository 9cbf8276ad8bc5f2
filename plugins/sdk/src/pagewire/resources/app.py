"""`MessengerApp`: the Meta app that signs the webhooks and owns the tokens."""

from typing import Annotated, Literal

from msgspec import Meta, field

from .base import Resource
from .common import DEFAULT_GRAPH_VERSION, GraphVersion, Namespace, NumericId, Part, SecretKeyRef, Spec, Time
from .status import Fact, Status, Word
from .texts import CallbackUrl


class InstagramLoginApp(Part, frozen=True, kw_only=True):
    """The Instagram side of a Meta app: an id and a secret of its own, used by Instagram Login only.

    Attributes:
        app_id: The Instagram app id, as the App Dashboard shows it under Instagram.
        app_secret_ref: The Instagram app secret. List it in appSecretRefs too if it signs webhooks.
    """

    app_id: NumericId
    app_secret_ref: SecretKeyRef


class LoginSettings(Part, frozen=True, kw_only=True):
    """What opens the gateway's login pages for an app.

    Attributes:
        redirect_url: Where a login leads back to, exactly as the App Dashboard lists it among the valid OAuth redirect
            URIs: the gateway's public address, then /login/{namespace}/{app}/callback.
        config_id: Configuration of Facebook Login for Business. It decides on the permissions, so scopes are not asked for.
    """

    redirect_url: CallbackUrl = field(name="redirectURL")
    config_id: NumericId | None = None


class MessengerAppSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of an app.

    Attributes:
        app_id: Meta's id of the app. Cannot be changed.
        app_secret_refs: App secrets. Any of them may sign a webhook: old and new during a rotation, and the Instagram
            app's own. Calls to Meta are made with the first that works.
        verify_token_ref: What Meta must say when it verifies a callback URL. Letters and digits only.
        client_token: The app's client token, which AccessTokens of type Client are made of.
        instagram: The Instagram app that belongs to this app, if Instagram Login is used.
        login: Opens /login/{namespace}/{app} on the gateway's public port, for links made by `pagewire login link`.
            Closed if absent.
        graph_version: Graph API version of every call made for this app.
        allowed_namespaces: Other namespaces whose resources may use this app; its own always may.
        human_agent: Meta has approved the Human Agent feature for this app. Then what a person wrote may go up to 7 days after
            the person's last act, instead of 24 hours. Without the approval Meta refuses such messages.
    """

    app_id: NumericId
    app_secret_refs: Annotated[list[SecretKeyRef], Meta(max_length=10)] = []
    verify_token_ref: SecretKeyRef | None = None
    client_token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    instagram: InstagramLoginApp | None = None
    login: LoginSettings | None = None
    graph_version: GraphVersion = DEFAULT_GRAPH_VERSION
    allowed_namespaces: Annotated[list[Namespace], Meta(max_length=1000)] = []
    human_agent: bool = False


class GraphVersionFacts(Fact, frozen=True, kw_only=True):
    """What is known of the Graph version.

    Attributes:
        served: The version Meta really answers with; it differs from spec.graphVersion once that has ended.
        available_until: The day spec.graphVersion ends.
    """

    served: Word | None = None
    available_until: Time | None = None


class AppSecretFacts(Fact, frozen=True, kw_only=True):
    """What is known of one app secret. Never its value.

    Attributes:
        name: Name of the Secret.
        key: Its key.
        state: Usable, Refused by Meta, Missing, or Unknown while it could not be tried.
    """

    name: Word
    key: Word
    state: Literal["Usable", "Refused", "Missing", "Unknown"] = "Unknown"


class MessengerAppStatus(Status, frozen=True, kw_only=True):
    """What the operator knows of an app.

    Attributes:
        name: Its name at Meta.
        mode: Live, Development (only people with a role on the app are reached), or Unknown.
        graph: The Graph version that is served, and its end.
        secrets: Which of spec.appSecretRefs Meta takes, in their order.
    """

    name: Word | None = None
    mode: Literal["Live", "Development", "Unknown"] | None = None
    graph: GraphVersionFacts | None = None
    secrets: Annotated[list[AppSecretFacts], Meta(max_length=11)] = []


class MessengerApp(Resource, frozen=True, kw_only=True):
    """A Meta app: its secrets, its Graph version, and who may use it."""

    kind: Literal["MessengerApp"] = "MessengerApp"
    spec: MessengerAppSpec
    status: MessengerAppStatus | None = None
