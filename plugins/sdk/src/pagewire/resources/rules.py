"""Rules between fields, which a schema cannot say. Pure; each kind is one list of small questions."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from .accounts import InstagramAccount, InstagramAccountSpec, MessengerPage, MessengerPageSpec
from .app import MessengerApp, MessengerAppSpec
from .base import Resource
from .common import DeletionPolicy, ManagementPolicy, Spec
from .fields import WebhookObject, field_mistake
from .problem import Problem
from .profile_rules import instagram_profile_problems, profile_problems
from .subscription import WebhookSubscription, WebhookSubscriptionSpec
from .token import AccessToken, AccessTokenSpec, TokenSource, TokenType


def problems(resource: Resource) -> list[Problem]:
    """What is wrong between the fields of a resource whose single fields are right.

    Returns:
        Every problem, in the order of the fields; empty if all is well.
    """
    found = _RULES[type(resource)](resource.spec)
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


def _app(spec: MessengerAppSpec) -> Iterator[Problem]:
    yield from _common(spec)
    yield from _repeated("appSecretRefs", [f"{ref.name}/{ref.key}" for ref in spec.app_secret_refs])
    yield from _repeated("allowedNamespaces", spec.allowed_namespaces)


def _source(source: TokenSource) -> Iterator[Problem]:
    given = [source.secret_ref, source.token_ref, source.login, source.app_credentials]
    if sum(one is not None for one in given) != 1:
        yield Problem("from", "give exactly one of secretRef, tokenRef, login and appCredentials")


def _token(spec: AccessTokenSpec) -> Iterator[Problem]:
    yield from _common(spec)
    if spec.type is TokenType.PAGE and spec.page_id is None:
        yield Problem("pageId", "a token of type Page names its Page")
    if spec.type is not TokenType.PAGE and spec.page_id is not None:
        yield Problem("pageId", f"a token of type {spec.type} belongs to no Page; remove it, or set type: Page")
    yield from _source(spec.source)
    of_app = spec.type in {TokenType.APP, TokenType.CLIENT}
    if spec.source.app_credentials is not None and not of_app:
        yield Problem("from.appCredentials", f"only App and Client tokens are made of them, not {spec.type}")
    if of_app and (spec.source.login is not None or spec.source.token_ref is not None):
        yield Problem("from", f"a token of type {spec.type} comes from appCredentials or a secretRef")
    yield from _repeated("scopes", spec.scopes)


def _subscription(spec: WebhookSubscriptionSpec) -> Iterator[Problem]:
    yield from _common(spec)
    yield from _fields("fields", spec.object, spec.fields)


def _page(spec: MessengerPageSpec) -> Iterator[Problem]:
    yield from _common(spec)
    yield from _fields("subscribedFields", WebhookObject.PAGE, spec.subscribed_fields)
    if spec.profile is not None:
        yield from profile_problems(spec.profile)
    yield from _repeated("plugins", [plugin.name for plugin in spec.plugins], ".name")


def _instagram(spec: InstagramAccountSpec) -> Iterator[Problem]:
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
