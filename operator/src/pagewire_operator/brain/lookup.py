"""What a resource refers to, found in the world or explained. Asks nobody, waits for nothing.

Every look-up answers or raises `Blocked` with a sentence that names the document to correct.
"""

import re
from typing import Final

from msgspec import Struct

from pagewire.resources import AppRef, ConditionType, MessengerApp, Reason, Resource, SecretKeyRef
from pagewire.sealed import Sealed
from pagewire_operator.model import World

from .trouble import Blocked, Pace, Trouble

__all__ = ["AppAccess", "app_of", "app_resource", "blocked", "instagram_of", "lets_in", "secret_value"]

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


def app_resource(resource: Resource, ref: AppRef, world: World) -> MessengerApp:
    """The MessengerApp of an ``appRef``.

    Raises:
        Blocked: ``AppNotFound`` or ``NamespaceNotAllowed``.
    """
    namespace = resource.metadata.namespace
    place = ref.namespace or namespace
    app = world.get("MessengerApp", place, ref.name)
    if not isinstance(app, MessengerApp):
        raise blocked(
            Reason.APP_NOT_FOUND, f"MessengerApp {place}/{ref.name} of spec.appRef does not exist; create it."
        )
    if not lets_in(app, namespace):
        said = f"MessengerApp {place}/{ref.name} does not let namespace {namespace} use it; add it to its spec.allowedNamespaces."
        raise blocked(Reason.NAMESPACE_NOT_ALLOWED, said)
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
        raise blocked(Reason.APP_NOT_READY, said)
    return own.app_id, secret_value(world, place, own.app_secret_ref)


def secret_value(world: World, namespace: str, ref: SecretKeyRef) -> Sealed[str]:
    """One value of a Secret, without white space around it.

    Raises:
        Blocked: ``SecretNotFound``: no such Secret or key, or nothing usable in it.
    """
    secret = world.secret(namespace, ref.name)
    if secret is None:
        raise blocked(
            Reason.SECRET_NOT_FOUND, f"Secret {namespace}/{ref.name} does not exist; create it with key {ref.key}."
        )
    value = secret.values.get(ref.key)
    if value is None:
        raise blocked(Reason.SECRET_NOT_FOUND, f"Secret {namespace}/{ref.name} has no key {ref.key}; add it.")
    text = value.reveal().strip()
    if _VISIBLE.match(text) is None:
        said = (
            f"Secret {namespace}/{ref.name}, key {ref.key}, is empty or holds characters that no token or secret has."
        )
        raise blocked(Reason.SECRET_NOT_FOUND, said)
    return Sealed(text)


def _secrets(app: MessengerApp, world: World) -> tuple[Sealed[str], ...]:
    namespace, refs = app.metadata.namespace, app.spec.app_secret_refs
    if not refs:
        said = f"MessengerApp {namespace}/{app.metadata.name} names no secret; add one to its spec.appSecretRefs."
        raise blocked(Reason.SECRET_NOT_FOUND, said)
    found: list[tuple[int, Sealed[str]]] = []
    missing: Blocked | None = None
    for ref in refs:
        try:
            found.append((_rank(app, ref), secret_value(world, namespace, ref)))
        except Blocked as error:
            missing = missing or error
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


def blocked(reason: Reason, message: str, about: ConditionType = ConditionType.SYNCED) -> Blocked:
    """What is named is not there, which only a person can mend."""
    return Blocked(Trouble(reason=reason, message=message, about=about, pace=Pace.SLOW))
