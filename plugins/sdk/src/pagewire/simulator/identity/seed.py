"""The people behind a world of manifests, which name tokens and Pages and nobody."""

from __future__ import annotations

from collections.abc import Iterable

from pagewire.simulator.identity.model import ALL_TASKS, Business, SystemUser, User
from pagewire.simulator.world import BUSINESS_ID, SYSTEM_USER_ID, USER_ID, World


def people(world: World, system_users: Iterable[str]) -> None:
    """One administrator, one business that owns every app and Page, and its system users, all with every task.

    Args:
        world: is completed in place.
        system_users: ids that the manifests mention; one administrator among system users there is always.
    """
    pages = [account.id for account in world.accounts if account.object == "page"]
    apps = {app.id for app in world.apps}
    world.users = [User(id=USER_ID, pages={page: set(ALL_TASKS) for page in pages})]
    world.businesses = [Business(id=BUSINESS_ID, users={USER_ID: "ADMIN"}, owned_pages=set(pages), apps=set(apps))]
    world.system_users = [
        SystemUser(
            id=robot,
            business_id=BUSINESS_ID,
            role="ADMIN" if robot == SYSTEM_USER_ID else "EMPLOYEE",
            pages={page: set(ALL_TASKS) for page in pages},
            apps=set(apps),
        )
        for robot in dict.fromkeys([SYSTEM_USER_ID, *system_users])
    ]
