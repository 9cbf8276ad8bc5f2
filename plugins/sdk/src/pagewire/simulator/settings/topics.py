"""App-level subscriptions: what ``/{app}/subscriptions`` takes and shows (graph.md 5.1). Pure."""

from __future__ import annotations

from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec

from pagewire.simulator.settings.fields import TOPIC_FIELDS, spelled_out
from pagewire.simulator.settings.values import Params, flag, listed, required
from pagewire.simulator.shape import need, one_of
from pagewire.simulator.world import App, Subscription, TopicName

_BY_API = ("user", "page", "permissions", "payments", "application")


class Wish(msgspec.Struct, kw_only=True):
    """What a POST asks for, checked."""

    topic: TopicName
    callback_url: str
    verify_token: str
    fields: list[str]
    include_values: bool


def topic_of(app: App, name: str) -> TopicName:
    """The object a call names.

    Raises:
        Refused: 100, there is none of this name, or only the dashboard can set it for this app.
    """
    settable = frozenset(_BY_API) | ({"instagram"} if app.instagram_by_api else frozenset())
    one_of(name, settable, "object")
    return msgspec.convert(name, TopicName)  # type: ignore[no-any-return]


def read_wish(app: App, params: Params) -> Wish:
    """Read the parameters of a POST.

    Raises:
        Refused: 100, one is missing or wrong.
    """
    topic = topic_of(app, required(params, "object"))
    url = required(params, "callback_url")
    need(_good_url(url), "param callback_url should represent a valid URL")
    fields = listed(params, "fields") or []
    known = TOPIC_FIELDS.get(topic)
    for index, field in enumerate(fields):
        need(field.isidentifier(), f"Param fields[{index}] must be the name of a field")
        if known is not None:
            one_of(field, known, f"fields[{index}]")
    return Wish(
        topic=topic,
        callback_url=url,
        verify_token=required(params, "verify_token"),
        fields=fields,
        include_values=flag(params, "include_values"),
    )


def _good_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def settle(app: App, wish: Wish, version: str) -> None:
    """Create or change a subscription: URL and token are replaced, fields are added, and it is active again."""
    known = app.subscriptions.get(wish.topic)
    kept = known.fields if known is not None else set[str]()
    app.subscriptions[wish.topic] = Subscription(
        callback_url=wish.callback_url,
        fields=kept | set(wish.fields),
        verify_token=wish.verify_token,
        include_values=wish.include_values,
        version=version,
    )


def drop(app: App, topic: TopicName | None, fields: list[str] | None) -> None:
    """Delete a subscription, or some of its fields; without an object every subscription of the app."""
    if topic is None:
        app.subscriptions.clear()
        return
    known = app.subscriptions.get(topic)
    if known is None:
        return
    left = set(spelled_out(known.fields, topic)) - set(fields or ()) if fields else set[str]()
    if left:
        known.fields = left
    else:
        del app.subscriptions[topic]


def listing(app: App) -> list[dict[str, Any]]:
    """What GET shows. The verify token is never among it."""
    order = get_args(TopicName)
    return [
        {
            "object": topic,
            "callback_url": found.callback_url,
            "active": found.active,
            "fields": [{"name": name, "version": found.version} for name in spelled_out(found.fields, topic)],
        }
        for topic, found in sorted(app.subscriptions.items(), key=lambda entry: order.index(entry[0]))
    ]
