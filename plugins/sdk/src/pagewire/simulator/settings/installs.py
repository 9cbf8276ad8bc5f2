"""Account-level subscriptions: what ``subscribed_apps`` takes and shows (graph.md 5.2, 5.3). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.settings.fields import INSTAGRAM_FIELDS, PAGE_FIELDS, permission_of, spelled_out
from pagewire.simulator.settings.options import Refusing
from pagewire.simulator.settings.values import Params, listed
from pagewire.simulator.shape import need, one_of
from pagewire.simulator.world import Account, App, ObjectName

BASE_SCOPES: dict[ObjectName, tuple[str, ...]] = {
    "page": ("pages_manage_metadata", "pages_show_list"),
    "instagram": ("instagram_business_basic",),
}
"""Permissions that every call of the edge needs, by the object it is made on."""


def read_fields(params: Params, object_name: ObjectName, refused: Mapping[str, Refusing]) -> list[str]:
    """The fields a POST asks for; one unknown name refuses all of them.

    Args:
        params: parameters of the call.
        object_name: ``page`` or, on the Instagram host, ``instagram``.
        refused: ``SettingsOptions.refused_fields``.

    Raises:
        Refused: 100.
    """
    fields = listed(params, "subscribed_fields")
    need(fields, "The parameter subscribed_fields is required")
    known = PAGE_FIELDS if object_name == "page" else INSTAGRAM_FIELDS
    known -= {name for name, how in refused.items() if how == "unknown"}
    for index, field in enumerate(fields or ()):
        one_of(field, known, f"subscribed_fields[{index}]")
    return fields or []


def permit_base(scopes: Collection[str], object_name: ObjectName) -> None:
    """Refuse a caller without the permissions of the edge itself.

    Raises:
        Refused: 200.
    """
    missing = [scope for scope in BASE_SCOPES[object_name] if scope not in scopes]
    if missing:
        raise Refused(_denied([f"Requires {scope} permission to manage the object" for scope in missing]))


def permit_fields(
    fields: Sequence[str], scopes: Collection[str], object_name: ObjectName, refused: Mapping[str, Refusing]
) -> None:
    """Refuse all fields when one lacks its permission; Meta writes a line for each of those.

    Raises:
        Refused: 200.
    """
    lines = []
    for field in fields:
        permission = permission_of(field, object_name)
        if permission not in scopes or refused.get(field) == "permission":
            lines.append(f"To subscribe to the {field} field, one of these permissions is needed: {permission}.")
    if lines:
        raise Refused(_denied(lines))


def permit_tasks(fields: Sequence[str], tasks: Collection[str]) -> None:
    """Refuse a person whose tasks on the Page do not reach (graph.md 5.2).

    Raises:
        Refused: 200.
    """
    bare = {task.removeprefix("PROFILE_PLUS_") for task in tasks}
    if not bare & {"MODERATE", "MANAGE", "CREATE_CONTENT", "FULL_CONTROL"}:
        raise Refused(_denied(["User does not have sufficient administrative permission for this action on this page"]))
    messaging = [field for field in fields if permission_of(field, "page") == "pages_messaging"]
    if messaging and not bare & {"MESSAGING", "FULL_CONTROL"}:
        raise Refused(
            _denied([f"To subscribe to the {field} field, the MESSAGING task is needed." for field in messaging])
        )


def _denied(lines: Sequence[str]) -> Refusal:
    return Refusal(200, None, "\n".join(f"(#200) {line}" for line in lines), status=403)


def page_listing(account: Account, apps: Mapping[str, App]) -> list[dict[str, Any]]:
    """What GET shows of a Page: every app installed on it, others' too."""
    return [
        {
            "category": "Business",
            "link": f"https://www.facebook.com/games/?app_id={app_id}",
            "name": apps[app_id].name if app_id in apps else f"App {app_id}",
            "id": app_id,
            "subscribed_fields": spelled_out(fields, "page"),
        }
        for app_id, fields in account.subscribed.items()
    ]


def instagram_listing(account: Account, app_id: str, shown_id: str) -> list[dict[str, Any]]:
    """What GET shows of an account of Instagram Login: the calling app alone."""
    fields = account.subscribed.get(app_id)
    if fields is None:
        return []
    return [{"app_id": shown_id, "subscribed_fields": sorted(set(spelled_out(fields, "instagram")) & INSTAGRAM_FIELDS)}]
