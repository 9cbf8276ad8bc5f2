"""What a resource refers to, found in the world or explained. Asks nobody, waits for nothing.

Every look-up answers or raises `Blocked` with a sentence that names the document to correct.
"""

import re
from typing import Final

from msgspec import Struct

from pagewire.resources import (
    AccessToken,
    AppRef,
    ConditionType,
    LocalRef,
    MessengerApp,
    Reason,
    Resource,
    SecretKeyRef,
    TokenType,
)
from pagewire.resources.token import TOKEN_KEY
from pagewire.sealed import Sealed
from pagewire_operator.model import World

from .login import login_ref
from .trouble import Blocked, Pace, Trouble

__all__ = [
    "AppAccess",
    "Held",
    "app_of",
    "app_resource",
    "instagram_of",
    "lets_in",
    "secret_value",
    "token_of",
    "token_resource",
]

_VISIBLE: Final = re.compile(r"[!-~]+\Z")
"""A secret travels in a header: visible ASCII and nothing else."""


class AppAccess(Struct, frozen=True, kw_only=True):
    """A MessengerApp with the secrets it names.

    Attributes:
        app: the resource.
        secrets: those of ``appSecretRefs`` that exist, the one to call Meta with first.
    """

    app: MessengerApp
    secrets: tuple[Sealed[str], ...]

    @property
    def app_id(self) -> str:
        """Meta's id of the app."""
        return self.app.spec.app_id

    @property
    def secret(self) -> Sealed[str]:
        """The secret to call Meta with."""
        return self.secrets[0]


class Held(Struct, frozen=True, kw_only=True):
    """The value of an AccessToken, whatever its conditions say.

    Attributes:
        token: the value.
        resource: the AccessToken it belongs to.
    """

    token: Sealed[str]
    resource: AccessToken


def app_resource(resource: Resource, ref: AppRef, world: World) -> MessengerApp:
    """The MessengerApp of an ``appRef``.

    Raises:
        Blocked: ``AppNotFound`` or ``NamespaceNotAllowed``.
    """
    namespace = resource.metadata.namespace
    place = ref.namespace or namespace
    app = world.get("MessengerApp", place, ref.name)
    if not isinstance(app, MessengerApp):
        raise _blocked(
            Reason.APP_NOT_FOUND, f"MessengerApp {place}/{ref.name} of spec.appRef does not exist; create it."
        )
    if not lets_in(app, namespace):
        said = f"MessengerApp {place}/{ref.name} does not let namespace {namespace} use it; add it to its spec.allowedNamespaces."
        raise _blocked(Reason.NAMESPACE_NOT_ALLOWED, said)
    return app


def lets_in(app: MessengerApp, namespace: str) -> bool:
    """Whether resources of a namespace may use an app."""
    return namespace == app.metadata.namespace or namespace in app.spec.allowed_namespaces


def app_of(resource: Resource, world: World) -> AppAccess:
    """The app a resource belongs to, with its secrets.

    Args:
        resource: a MessengerApp, or a resource with ``spec.appRef``.
        world: where to look.

    Raises:
        Blocked: ``AppNotFound``, ``NamespaceNotAllowed`` or ``SecretNotFound``.
    """
    ref: AppRef | None = getattr(resource.spec, "app_ref", None)
    app = resource if isinstance(resource, MessengerApp) else app_resource(resource, _given(ref), world)
    return AppAccess(app=app, secrets=_secrets(app, world))


def instagram_of(app: MessengerApp, world: World) -> tuple[str, Sealed[str]]:
    """Id and secret of the Instagram app that belongs to an app.

    Raises:
        Blocked: ``AppNotReady`` if the app names none, ``SecretNotFound``.
    """
    place, name, own = app.metadata.namespace, app.metadata.name, app.spec.instagram
    if own is None:
        said = f"MessengerApp {place}/{name} has no spec.instagram; Instagram Login needs the Instagram app's id and secret."
        raise _blocked(Reason.APP_NOT_READY, said)
    return own.app_id, secret_value(world, place, own.app_secret_ref)


def secret_value(world: World, namespace: str, ref: SecretKeyRef) -> Sealed[str]:
    """One value of a Secret, without white space around it.

    Raises:
        Blocked: ``SecretNotFound``: no such Secret or key, or nothing usable in it.
    """
    secret = world.secret(namespace, ref.name)
    if secret is None:
        raise _blocked(
            Reason.SECRET_NOT_FOUND, f"Secret {namespace}/{ref.name} does not exist; create it with key {ref.key}."
        )
    value = secret.values.get(ref.key)
    if value is None:
        raise _blocked(Reason.SECRET_NOT_FOUND, f"Secret {namespace}/{ref.name} has no key {ref.key}; add it.")
    text = value.reveal().strip()
    if _VISIBLE.match(text) is None:
        said = (
            f"Secret {namespace}/{ref.name}, key {ref.key}, is empty or holds characters that no token or secret has."
        )
        raise _blocked(Reason.SECRET_NOT_FOUND, said)
    return Sealed(text)


def token_resource(world: World, namespace: str, ref: LocalRef) -> AccessToken:
    """The AccessToken of a ``tokenRef``.

    Raises:
        Blocked: ``TokenNotFound``.
    """
    found = world.get("AccessToken", namespace, ref.name)
    if not isinstance(found, AccessToken):
        said = f"AccessToken {namespace}/{ref.name} of spec.tokenRef does not exist; create it."
        raise _blocked(Reason.TOKEN_NOT_FOUND, said, ConditionType.TOKEN_VALID)
    return found


def token_of(world: World, namespace: str, ref: LocalRef) -> Held:
    """The value of an AccessToken: from the Secret the operator keeps, else from its ``secretRef`` or its login.

    Raises:
        Blocked: ``TokenNotFound``, ``TokenNotReady`` or ``SecretNotFound``, about ``TokenValid``.
    """
    resource = token_resource(world, namespace, ref)
    kept = resource.status.secret_name if resource.status else None
    place = SecretKeyRef(name=kept, key=TOKEN_KEY) if kept else _given_in(resource)
    if place is None:
        said = f"AccessToken {namespace}/{ref.name} holds no token yet; it says why."
        raise _blocked(Reason.TOKEN_NOT_READY, said, ConditionType.TOKEN_VALID)
    try:
        return Held(token=secret_value(world, namespace, place), resource=resource)
    except Blocked as blocked:
        raise _blocked(blocked.trouble.reason, blocked.trouble.message, ConditionType.TOKEN_VALID) from None


def _given_in(token: AccessToken) -> SecretKeyRef | None:
    """Where somebody put a token that is used as it is: also a login's, if it lives long enough and is no Page's."""
    source = token.spec.source
    if source.login is not None and token.spec.type is not TokenType.PAGE:
        return login_ref(token)
    return source.secret_ref


def _secrets(app: MessengerApp, world: World) -> tuple[Sealed[str], ...]:
    namespace, refs = app.metadata.namespace, app.spec.app_secret_refs
    if not refs:
        said = f"MessengerApp {namespace}/{app.metadata.name} names no secret; add one to its spec.appSecretRefs."
        raise _blocked(Reason.SECRET_NOT_FOUND, said)
    found: list[tuple[int, Sealed[str]]] = []
    missing: Blocked | None = None
    for ref in refs:
        try:
            found.append((_rank(app, ref), secret_value(world, namespace, ref)))
        except Blocked as blocked:
            missing = missing or blocked
    if not found and missing is not None:
        raise missing
    return tuple(secret for _, secret in sorted(found, key=lambda one: one[0]))


def _rank(app: MessengerApp, ref: SecretKeyRef) -> int:
    """Secrets that Meta took come first, those it refused last; in between, the order of the spec."""
    states = {(fact.name, fact.key): fact.state for fact in (app.status.secrets if app.status else [])}
    return {"Usable": 0, "Refused": 2}.get(states.get((ref.name, ref.key), ""), 1)


def _given(ref: AppRef | None) -> AppRef:
    if ref is None:
        raise TypeError("this kind has no spec.appRef")
    return ref


def _blocked(reason: Reason, message: str, about: ConditionType = ConditionType.SYNCED) -> Blocked:
    return Blocked(Trouble(reason=reason, message=message, about=about, pace=Pace.SLOW))
