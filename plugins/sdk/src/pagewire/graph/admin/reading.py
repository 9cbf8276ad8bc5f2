"""From plain JSON to results; `None` where the one thing is missing without which there is no result. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pagewire.graph.admin import results
from pagewire.graph.admin.lenient import flag, items, mapping, number, text, texts
from pagewire.graph.admin.served import Served
from pagewire.graph.redaction import redact
from pagewire.graph.wire import GranularScope, Id
from pagewire.sealed import Sealed

T = TypeVar("T")


def issued(found: Any, served: Served) -> results.IssuedToken | None:
    """A token, in either of the shapes of Instagram's code exchange or the plain one of everything else."""
    inner = next(items(mapping(found).get("data")), found)
    one = mapping(inner)
    token = text(one.get("access_token"))
    if token is None:
        return None
    return results.IssuedToken(
        access_token=Sealed(token),
        token_type=text(one.get("token_type")),
        expires_in=number(one.get("expires_in")),
        user_id=text(one.get("user_id")),
        permissions=texts(one.get("permissions")),
        served=served,
    )


def token_report(found: Any, served: Served) -> results.TokenReport | None:
    """What `debug_token` says; a token without a verdict is not valid."""
    data = mapping(found).get("data")
    if not isinstance(data, dict):
        return None
    error = mapping(data.get("error"))
    return results.TokenReport(
        is_valid=flag(data.get("is_valid")) or False,
        type=text(data.get("type")),
        app_id=text(data.get("app_id")),
        application=text(data.get("application")),
        profile_id=text(data.get("profile_id")),
        user_id=text(data.get("user_id")),
        expires_at=number(data.get("expires_at")),
        data_access_expires_at=number(data.get("data_access_expires_at")),
        issued_at=number(data.get("issued_at")),
        scopes=texts(data.get("scopes")),
        granular_scopes=tuple(_granular(data.get("granular_scopes"))),
        metadata=mapping(data.get("metadata")),
        error_code=number(error.get("code")),
        error_subcode=number(error.get("subcode", error.get("error_subcode"))),
        error_message=redact(text(error.get("message")) or ""),
        served=served,
    )


def _granular(found: Any) -> Iterator[GranularScope]:
    for one in items(found):
        scope = text(one.get("scope"))
        if scope is not None:
            yield GranularScope(scope, tuple(Id(target) for target in texts(one.get("target_ids"))) or None)


def identity(found: Any, served: Served) -> results.Identity | None:
    """Whom a token stands for. The Instagram host has also been seen to wrap it in a list."""
    one = mapping(next(items(mapping(found).get("data")), found))
    about = text(one.get("id")) or text(one.get("user_id"))
    if about is None:
        return None
    return results.Identity(
        id=about,
        name=text(one.get("name")),
        user_id=text(one.get("user_id")),
        username=text(one.get("username")),
        account_type=text(one.get("account_type")),
        client_business_id=text(one.get("client_business_id")),
        served=served,
    )


def permissions(found: Any, served: Served) -> results.PermissionList | None:
    """The permissions of a person, sorted by their state."""
    data = mapping(found).get("data")
    if not isinstance(data, list):
        return None
    statuses = {
        name: (text(one.get("status")) or "").lower() for one in items(data) if (name := text(one.get("permission")))
    }

    def having(status: str) -> frozenset[str]:
        return frozenset(name for name, found_status in statuses.items() if found_status == status)

    return results.PermissionList(
        granted=having("granted"),
        declined=having("declined"),
        expired=having("expired"),
        statuses=statuses,
        served=served,
    )


def page(found: Any, served: Served = Served()) -> results.PageFacts | None:  # noqa: B008 - frozen
    """A Page."""
    one = mapping(found)
    about, token = text(one.get("id")), text(one.get("access_token"))
    if about is None:
        return None
    return results.PageFacts(
        id=about,
        name=text(one.get("name")),
        category=text(one.get("category")),
        tasks=texts(one.get("tasks")),
        access_token=Sealed(token) if token is not None else None,
        is_published=flag(one.get("is_published")),
        is_webhooks_subscribed=flag(one.get("is_webhooks_subscribed")),
        has_added_app=flag(one.get("has_added_app")),
        is_messenger_bot_get_started_enabled=flag(one.get("is_messenger_bot_get_started_enabled")),
        has_transitioned_to_new_page_experience=flag(one.get("has_transitioned_to_new_page_experience")),
        instagram_business_account=_instagram(one.get("instagram_business_account")),
        connected_instagram_account=_instagram(one.get("connected_instagram_account")),
        owner_business=business(one.get("owner_business")),
        served=served,
    )


def _instagram(found: Any) -> results.InstagramLink | None:
    about = text(mapping(found).get("id"))
    return results.InstagramLink(id=about, username=text(found.get("username"))) if about is not None else None


def business(found: Any) -> results.Business | None:
    """A business portfolio."""
    about = text(mapping(found).get("id"))
    return results.Business(id=about, name=text(found.get("name"))) if about is not None else None


def system_user(found: Any) -> results.SystemUser | None:
    """A system user."""
    one = mapping(found)
    about = text(one.get("id"))
    if about is None:
        return None
    return results.SystemUser(id=about, name=text(one.get("name")), role=text(one.get("role")))


def app(found: Any, served: Served) -> results.AppFacts | None:
    """An app, with all that was asked for."""
    one = mapping(found)
    about = text(one.get("id"))
    if about is None:
        return None
    more = {name: value for name, value in one.items() if name not in {"id", "name"}}
    return results.AppFacts(id=about, name=text(one.get("name")), more=more, served=served)


def listing(one: Callable[[Any], T | None]) -> Callable[[Any, Served], results.Listed[T] | None]:
    """Reads a list, each entry with `one`, and where it goes on.

    A page of a list may be empty and not the last: only a missing `next` ends a list.
    """

    def listed(found: Any, served: Served) -> results.Listed[T] | None:
        data, paging = mapping(found).get("data"), mapping(mapping(found).get("paging"))
        if not isinstance(data, list):
            return None
        after = text(mapping(paging.get("cursors")).get("after")) if paging.get("next") else None
        if paging.get("next") and after is None:
            return None  # more is promised, and nobody says from where: half a list must not pass for a whole one
        entries = [one(entry) for entry in data]
        known = tuple(entry for entry in entries if entry is not None)
        return results.Listed(data=known, after=after, skipped=len(entries) - len(known), served=served)

    return listed


def app_subscriptions(found: Any, served: Served) -> results.AppSubscriptions | None:
    """The subscriptions of an app."""
    data = mapping(found).get("data")
    if not isinstance(data, list):
        return None
    read = (_app_subscription(one) for one in items(data))
    return results.AppSubscriptions(data=tuple(one for one in read if one is not None), served=served)


def _app_subscription(found: Mapping[str, Any]) -> results.AppSubscription | None:
    about = text(found.get("object"))
    if about is None:
        return None
    versions = dict(_versions(found.get("fields")))
    return results.AppSubscription(
        object=about,
        callback_url=text(found.get("callback_url")),
        active=flag(found.get("active")) or False,
        fields=frozenset(versions) | frozenset(texts(found.get("fields"))),
        versions={name: version for name, version in versions.items() if version is not None},
    )


def _versions(found: Any) -> Iterator[tuple[str, str | None]]:
    for one in items(found):
        name = text(one.get("name"))
        if name is not None:
            yield name, text(one.get("version"))


def subscribed_apps(found: Any, served: Served) -> results.SubscribedApps | None:
    """The apps of a Page (`id`) or an Instagram account (`app_id`)."""
    data = mapping(found).get("data")
    if not isinstance(data, list):
        return None
    read = (_subscribed_app(one) for one in items(data))
    return results.SubscribedApps(data=tuple(one for one in read if one is not None), served=served)


def _subscribed_app(found: Mapping[str, Any]) -> results.SubscribedApp | None:
    about = text(found.get("app_id")) or text(found.get("id"))
    if about is None:
        return None
    fields = frozenset(name for name, _ in _versions(found.get("subscribed_fields")))
    return results.SubscribedApp(
        id=about, name=text(found.get("name")), fields=fields | frozenset(texts(found.get("subscribed_fields")))
    )


def profile(found: Any, served: Served) -> results.MessengerProfile | None:
    """A Messenger profile: one object with all properties, one object a property, or Instagram's bare locales."""
    data = mapping(found).get("data")
    if not isinstance(data, list):
        return None
    merged: dict[str, Any] = {}
    for one in items(data):
        if "call_to_actions" in one:
            owner = _owner(one)
            merged[owner] = [*items(merged.get(owner)), one]
        else:
            merged.update((name, value) for name, value in one.items() if value is not None)
    return results.MessengerProfile(properties=merged, served=served)


def _owner(bare: Mapping[str, Any]) -> str:
    first = next(items(bare.get("call_to_actions")), {})
    return "persistent_menu" if "type" in first or "title" in first else "ice_breakers"
