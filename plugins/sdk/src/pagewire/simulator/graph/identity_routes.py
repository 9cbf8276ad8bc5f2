"""The routes of the identity half: tokens, logins, permissions, businesses. A new edge is one line here."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import accounts, business, oauth, oauth_instagram, permissions, system_users, tokens
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.route import Route

PATHS: dict[tuple[str, str], Route] = {
    ("GET", "debug_token"): Route("debug_token", tokens.debug_token),
    ("GET", "oauth/access_token"): Route("oauth", oauth.access_token),
    ("POST", "oauth/access_token"): Route("oauth", oauth.access_token),
    ("GET", "oauth/revoke"): Route("oauth", oauth.revoke),
    ("GET", "access_token"): Route("oauth", oauth_instagram.exchange),
    ("GET", "refresh_access_token"): Route("oauth", oauth_instagram.refresh),
}
"""Method and the whole path."""

EDGES: dict[tuple[str, str], Route] = {
    ("GET", "accounts"): Route("accounts", accounts.list_accounts),
    ("GET", "assigned_pages"): Route("accounts", accounts.list_assigned_pages),
    ("GET", "businesses"): Route("businesses", business.list_businesses),
    ("GET", "owned_pages"): Route("businesses", business.list_pages),
    ("GET", "client_pages"): Route("businesses", business.list_pages),
    ("GET", "connected_client_businesses"): Route("businesses", business.list_clients),
    ("GET", "system_users"): Route("system_users", system_users.list_system_users),
    ("POST", "system_users"): Route("system_users", system_users.make_system_user),
    ("POST", "applications"): Route("system_users", system_users.install_app),
    ("POST", "access_tokens"): Route("access_tokens", system_users.make_token),
    ("DELETE", "access_tokens"): Route("access_tokens", system_users.revoke_tokens),
    ("POST", "system_user_access_tokens"): Route("access_tokens", system_users.client_token),
    ("GET", "permissions"): Route("permissions", permissions.read_permissions),
    ("DELETE", "permissions"): Route("permissions", permissions.remove_permissions),
    ("GET", "roles"): Route("permissions", permissions.read_roles),
}
"""Method and the second of two path segments, on the Facebook host."""

_PATHS = {path for _, path in PATHS}
_EDGES = {name for _, name in EDGES}


def find(call: Call) -> Route | None:
    """The route of a call, or None when the path is none of this half's.

    Raises:
        Refused: 100 for a method that a known path does not take.
    """
    if call.path in _PATHS:
        return _known(call, PATHS.get((call.method, call.path)))
    segments = call.segments
    if call.host == "instagram" or len(segments) < 2 or segments[1] not in _EDGES:
        return None
    if len(segments) == 2 or (call.method == "DELETE" and len(segments) == 3 and segments[1] == "permissions"):
        return _known(call, EDGES.get((call.method, segments[1])))
    return None


def _known(call: Call, route: Route | None) -> Route:
    if route is None:
        raise Refused(errors.unsupported_method(call.method, call.host))
    return route
