"""The routes of the settings half: subscriptions on both levels and Messenger profiles. A new edge is one line here."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import instagram_settings, messenger_profile, subscribed_apps, subscriptions
from pagewire.simulator.graph.call import Call, Host
from pagewire.simulator.graph.route import Route

EDGES: dict[tuple[Host, str, str], Route] = {
    ("facebook", "POST", "subscriptions"): Route("subscriptions", subscriptions.subscribe),
    ("facebook", "GET", "subscriptions"): Route("subscriptions", subscriptions.read),
    ("facebook", "DELETE", "subscriptions"): Route("subscriptions", subscriptions.unsubscribe),
    ("facebook", "POST", "subscribed_apps"): Route("subscribed_apps", subscribed_apps.install),
    ("facebook", "GET", "subscribed_apps"): Route("subscribed_apps", subscribed_apps.read),
    ("facebook", "DELETE", "subscribed_apps"): Route("subscribed_apps", subscribed_apps.uninstall),
    ("instagram", "POST", "subscribed_apps"): Route("subscribed_apps", instagram_settings.install),
    ("instagram", "GET", "subscribed_apps"): Route("subscribed_apps", instagram_settings.read),
    ("instagram", "DELETE", "subscribed_apps"): Route("subscribed_apps", instagram_settings.uninstall),
    ("facebook", "POST", "messenger_profile"): Route("messenger_profile", messenger_profile.change),
    ("facebook", "GET", "messenger_profile"): Route("messenger_profile", messenger_profile.read),
    ("facebook", "DELETE", "messenger_profile"): Route("messenger_profile", messenger_profile.remove),
    ("instagram", "POST", "messenger_profile"): Route("messenger_profile", messenger_profile.change),
    ("instagram", "GET", "messenger_profile"): Route("messenger_profile", messenger_profile.read),
    ("instagram", "DELETE", "messenger_profile"): Route("messenger_profile", messenger_profile.remove),
}
"""Host, method and the second of two path segments."""

_KNOWN = {(host, name) for host, _, name in EDGES}


def find(call: Call) -> Route | None:
    """The route of a call, or None when the path is none of this half's.

    Raises:
        Refused: 100 for a method that a known path does not take.
    """
    if len(call.segments) != 2 or (call.host, call.segments[1]) not in _KNOWN:
        return None
    route = EDGES.get((call.host, call.method, call.segments[1]))
    if route is None:
        raise Refused(errors.unsupported_method(call.method, call.host))
    return route
