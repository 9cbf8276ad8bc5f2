"""Rules between fields, which a schema cannot say. Pure; each kind is one list of small questions."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from .accounts import InstagramAccount, MessengerPage
from .app import MessengerApp
from .base import Resource
from .common import DeletionPolicy, ManagementPolicy, Spec
from .fields import WebhookObject, field_mistake
from .problem import Problem
from .profile_rules import instagram_profile_problems, profile_problems
from .subscription import WebhookSubscription
from .token import AccessToken
from .token_rules import token_problems


def problems(resource: Resource) -> list[Problem]:
    """What is wrong between the fields of a resource whose single fields are right.

    Returns:
        Every problem, in the order of the fields; empty if all is well.
    """
    found = _RULES[type(resource)](resource)
    return [Problem(f"spec.{problem.path}", problem.message) for problem in found]


def _common(spec: Spec) -> Iterator[Problem]:
    if (spec.management_policy, spec.deletion_policy) == (ManagementPolicy.OBSERVE, DeletionPolicy.DELETE):
        yield Problem("deletionPolicy", "Delete contradicts managementPolicy Observe, which changes nothing at Meta")


def _repeated(path: str, names: Iterable[object], of: str = "") -> Iterator[Problem]:
    seen: set[object] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Problem(f"{path}[{index}]{of}", f"{name} is listed twice")
        seen.add(name)


def _fields(path: str, about: WebhookObject, fields: list[str]) -> Iterator[Problem]:
    yield from _repeated(path, fields)
    for index, field in enumerate(fields):
        if mistake := field_mistake(about, field):
            yield Problem(f"{path}[{index}]", mistake)


def _app(app: MessengerApp) -> Iterator[Problem]:
    spec = app.spec
    yield from _common(spec)
    yield from _repeated("appSecretRefs", [f"{ref.name}/{ref.key}" for ref in spec.app_secret_refs])
    yield from _repeated("allowedNamespaces", spec.allowed_namespaces)


def _token(token: AccessToken) -> Iterator[Problem]:
    yield from _common(token.spec)
    yield from token_problems(token)
    yield from _repeated("scopes", token.spec.scopes)


def _subscription(subscription: WebhookSubscription) -> Iterator[Problem]:
    spec = subscription.spec
    yield from _common(spec)
    yield from _fields("fields", spec.object, spec.fields)


def _page(page: MessengerPage) -> Iterator[Problem]:
    spec = page.spec
    yield from _common(spec)
    yield from _fields("subscribedFields", WebhookObject.PAGE, spec.subscribed_fields)
    if spec.profile is not None:
        yield from profile_problems(spec.profile)
    yield from _repeated("plugins", [plugin.name for plugin in spec.plugins], ".name")


def _instagram(account: InstagramAccount) -> Iterator[Problem]:
    spec = account.spec
    yield from _common(spec)
    if (spec.page_ref is None) == (spec.token_ref is None):
        yield Problem("pageRef", "give exactly one of pageRef (through the linked Page) and tokenRef (Instagram Login)")
    yield from _fields("subscribedFields", WebhookObject.INSTAGRAM, spec.subscribed_fields)
    if spec.profile is not None:
        yield from instagram_profile_problems(spec.profile)
    yield from _repeated("plugins", [plugin.name for plugin in spec.plugins], ".name")


_RULES: Final[dict[type[Resource], Callable[[Any], Iterator[Problem]]]] = {
    MessengerApp: _app,
    AccessToken: _token,
    WebhookSubscription: _subscription,
    MessengerPage: _page,
    InstagramAccount: _instagram,
}
