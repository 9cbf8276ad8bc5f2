"""By what resources are looked for, so that thousands of them are not gone through for each one.

A `World` may keep these indices itself and answer ``by(kind, index, value)``; one that does not is gone through.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol, runtime_checkable

from pagewire.resources import (
    AccessToken,
    InstagramAccount,
    MessengerApp,
    MessengerPage,
    Reason,
    Resource,
    WebhookSubscription,
    owned_secret,
)
from pagewire_operator.model import Key, World

from .login import login_ref

__all__ = ["INDICES", "LOST", "Indexed", "Values", "app_key", "find", "key_of", "lost", "of_app", "of_token"]

LOST: Final = ("lost", "yes")
"""Index and value under which resources are found that wait for another one."""

Values = Callable[[Any], Iterable[str]]
"""The values a resource is found under."""


@runtime_checkable
class Indexed(Protocol):
    """A world that keeps the indices."""

    def by(self, kind: str, index: str, value: str) -> Iterable[Resource]:
        """Resources of a kind that are found under a value, oldest first, then by namespace and name."""
        ...


def app_key(resource: Resource) -> str:
    """``namespace/name`` of the MessengerApp a resource refers to; its own for a MessengerApp."""
    metadata = resource.metadata
    ref = getattr(resource.spec, "app_ref", None)
    if ref is None:
        return f"{metadata.namespace}/{metadata.name}"
    return f"{ref.namespace or metadata.namespace}/{ref.name}"


def find(world: World, kind: str, index: str, value: str) -> Iterable[Resource]:
    """Resources of a kind that are found under a value, oldest first."""
    if isinstance(world, Indexed):
        return world.by(kind, index, value)
    values = INDICES[kind][index]
    return [resource for resource in world.all(kind) if value in values(resource)]


def key_of(resource: Resource) -> Key:
    """The key of a resource."""
    return Key(resource.kind, resource.metadata.namespace, resource.metadata.name)


def lost(resource: Resource) -> bool:
    """Whether a resource said last that another one holds what it claims."""
    return resource.status is not None and any(one.reason == Reason.CONFLICT for one in resource.status.conditions)


def of_app(world: World, kind: str, key: Key) -> list[Key]:
    """Resources of a kind to look at again because of a MessengerApp, or of a Secret that an app names."""
    return _of(world, kind, key, "MessengerApp", "app")


def of_token(world: World, kind: str, key: Key) -> list[Key]:
    """Accounts of a kind to look at again because of their AccessToken, or of the Secret that it is in."""
    return _of(world, kind, key, "AccessToken", "token")


def _of(world: World, kind: str, key: Key, owner: str, index: str) -> list[Key]:
    """A Secret concerns them through its owner, whose status tells; at once only those that are not well."""
    if key.kind == owner:
        return [key_of(one) for one in find(world, kind, index, f"{key.namespace}/{key.name}")]
    if key.kind != "Secret":
        return []
    owners = find(world, owner, "secret", f"{key.namespace}/{key.name}")
    places = [f"{one.metadata.namespace}/{one.metadata.name}" for one in owners]
    return [key_of(one) for place in places for one in find(world, kind, index, place) if not _ready(one)]


def _ready(resource: Resource) -> bool:
    conditions = resource.status.conditions if resource.status else []
    return any(one.type == "Ready" and one.status == "True" for one in conditions)


def _app(resource: Resource) -> Iterable[str]:
    return (app_key(resource),)


def _app_secrets(app: MessengerApp) -> Iterable[str]:
    spec, namespace = app.spec, app.metadata.namespace
    refs = [*spec.app_secret_refs]
    refs.extend(ref for ref in (spec.verify_token_ref, spec.instagram and spec.instagram.app_secret_ref) if ref)
    return {f"{namespace}/{ref.name}" for ref in refs}


def _object(subscription: WebhookSubscription) -> Iterable[str]:
    return (subscription.spec.object,)


def _token(account: MessengerPage | InstagramAccount) -> Iterable[str]:
    ref = account.spec.token_ref
    return (f"{account.metadata.namespace}/{ref.name}",) if ref else ()


def _token_secrets(token: AccessToken) -> Iterable[str]:
    """The Secret it is given in, the one a login leaves it in, and the one it is kept in."""
    given, login = token.spec.source.secret_ref, token.spec.source.login
    names = {owned_secret(token), given and given.name, login and login_ref(token).name}
    return {f"{token.metadata.namespace}/{name}" for name in names if name}


def _parents(token: AccessToken) -> Iterable[str]:
    """The AccessTokens it is derived from, or generated on behalf of."""
    robot = token.spec.source.system_user
    refs = (token.spec.source.token_ref, robot.token_ref if robot is not None else None)
    return {f"{token.metadata.namespace}/{ref.name}" for ref in refs if ref is not None}


def _page(account: InstagramAccount) -> Iterable[str]:
    ref = account.spec.page_ref
    return (f"{account.metadata.namespace}/{ref.name}",) if ref else ()


def _lost(resource: Resource) -> Iterable[str]:
    return (LOST[1],) if lost(resource) else ()


def _only_kept(page: MessengerPage) -> Iterable[str]:
    """The namespace of a Page that the app is on although its spec names no field any more."""
    named, status = page.spec.subscribed_fields, page.status
    return (page.metadata.namespace,) if not named and status is not None and status.subscribed_fields else ()


INDICES: Final[Mapping[str, Mapping[str, Values]]] = {
    "MessengerApp": {"secret": _app_secrets},
    "AccessToken": {"app": _app, "secret": _token_secrets, "parent": _parents},
    "WebhookSubscription": {"app": _app, "object": _object, LOST[0]: _lost},
    "MessengerPage": {
        "app": _app,
        "token": _token,
        "page": lambda page: (page.spec.page_id,),
        "kept": _only_kept,
        LOST[0]: _lost,
    },
    "InstagramAccount": {
        "app": _app,
        "token": _token,
        "account": lambda account: (account.spec.account_id,),
        "pageRef": _page,
        LOST[0]: _lost,
    },
}
"""By kind and name of the index. References to resources and Secrets are ``namespace/name``."""
