"""People, system users, businesses and grants as plain data (graph.md 2 to 4)."""

from __future__ import annotations

from typing import Literal

import msgspec

AppRole = Literal["administrators", "developers", "testers", "insights users"]
BusinessRole = Literal["ADMIN", "EMPLOYEE"]
PermissionStatus = Literal["granted", "declined", "expired"]

ALL_TASKS = frozenset({"ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"})
"""What a person with full control may do on a classic Page (graph.md 3.5)."""


class User(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A person with a Facebook account, as one app knows them.

    Attributes:
        id: app-scoped id.
        name: first and last name.
        pages: Page id to the tasks this person has there. An empty set is a role that was taken away.
        hidden: Pages reached only through a business portfolio: missing from ``/me/accounts``.
    """

    id: str
    name: str = "A Simulated Admin"
    pages: dict[str, set[str]] = msgspec.field(default_factory=dict)
    hidden: set[str] = msgspec.field(default_factory=set)


class SystemUser(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A business's robot.

    Attributes:
        id: its id.
        business_id: the business it belongs to.
        name: its name.
        role: ``ADMIN`` may make tokens for others.
        pages: assigned Page to the tasks there.
        hidden: as for a person.
        apps: installed apps: without one there is no token for it.
        client_of: app that made it by Facebook Login for Business; None for a business's own.
    """

    id: str
    business_id: str
    name: str = "A Simulated Robot"
    role: BusinessRole = "EMPLOYEE"
    pages: dict[str, set[str]] = msgspec.field(default_factory=dict)
    hidden: set[str] = msgspec.field(default_factory=set)
    apps: set[str] = msgspec.field(default_factory=set)
    client_of: str | None = None


Holder = User | SystemUser
"""Whom a token speaks for."""


class Business(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A business portfolio.

    Attributes:
        id: its id.
        name: its name.
        users: person id to role.
        owned_pages, client_pages: Pages of its own, and of others shared with it.
        apps: apps it claimed.
        integrations: apps of others that were connected by Facebook Login for Business.
        expiring_tokens: obliged to make only system user tokens that expire (graph.md 2.5).
        verified: passed business verification.
    """

    id: str
    name: str = "A Simulated Business"
    users: dict[str, BusinessRole] = msgspec.field(default_factory=dict)
    owned_pages: set[str] = msgspec.field(default_factory=set)
    client_pages: set[str] = msgspec.field(default_factory=set)
    apps: set[str] = msgspec.field(default_factory=set)
    integrations: set[str] = msgspec.field(default_factory=set)
    expiring_tokens: bool = False
    verified: bool = True


class Grant(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What one person (or system user) allows one app.

    Attributes:
        user_id, app_id: who allows whom.
        permissions: permission to its status.
        targets: permission to the objects it is limited to; a missing key means all, present and future.
        data_access_expires_at: seconds since the epoch after which the data of this person is closed; 0 is never.
    """

    user_id: str
    app_id: str
    permissions: dict[str, PermissionStatus] = msgspec.field(default_factory=dict)
    targets: dict[str, set[str]] = msgspec.field(default_factory=dict)
    data_access_expires_at: int = 0

    def allows(self, scope: str) -> bool:
        """Whether a scope was not declined and has not lapsed."""
        return self.permissions.get(scope, "granted") == "granted"
