"""Hands that disturb a shop, and hands that put it right again: people's, Meta's, and nobody's."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.e2e.shop import FIELDS, Shop

Hand = Callable[[Shop], Awaitable[None]]
REFUSED_FIELD = "message_reads"
NEW_GREETING = {"greeting": [{"locale": "default", "text": "Buy one, get two!"}]}


async def revoke_scope(shop: Shop) -> None:
    shop.town.sim.identity.revoke_scope(shop.user_id, "pages_messaging", app=shop.app_id)


async def grant_scope(shop: Shop) -> None:
    shop.town.sim.identity.grant_scope(shop.user_id, "pages_messaging", app=shop.app_id)


async def expire_tokens(shop: Shop) -> None:
    for page in shop.pages:
        shop.town.sim.identity.expire_token(shop.token(page))


async def change_password(shop: Shop) -> None:
    shop.town.sim.identity.invalidate(shop.user_id)


async def give_new_tokens(shop: Shop) -> None:
    for page in shop.pages:
        issue, account = shop.town.sim.identity.issue_token, shop.page_id(page)
        new = issue("PAGE", app=shop.app_id, user=shop.user_id, account=account)
        await shop.apply(shop.secret_of(page, new))


async def reset_app_secret(shop: Shop) -> None:
    shop.town.sim.identity.reset_app_secret(shop.app_id, secret=f"{shop.secret}-after-reset")


async def give_new_app_secret(shop: Shop) -> None:
    await shop.apply(shop.app_secret(**{"app-secret": f"{shop.secret}-after-reset"}))


async def unsubscribe(shop: Shop) -> None:
    for page in shop.pages:
        shop.town.sim.settings.unsubscribe(shop.page_id(page), shop.app_id)


async def stop_delivery(shop: Shop) -> None:
    shop.town.sim.settings.deactivate(shop.app_id, "page")


async def send_elsewhere(shop: Shop) -> None:
    desk = shop.town.sim.settings
    desk.dashboard(shop.app_id, "page", "https://elsewhere.example.com/hook", fields=FIELDS)


async def adopt(shop: Shop) -> None:
    await shop.apply(shop.webhooks(adoptionPolicy="Adopt"))


async def edit_profile(shop: Shop) -> None:
    for page in shop.pages:
        shop.town.sim.settings.edit_profile(shop.page_id(page), NEW_GREETING)


async def ask_for_refused_field(shop: Shop) -> None:
    shop.town.sim.settings.refuse_field(REFUSED_FIELD, "unknown")
    for page in shop.pages:
        await shop.apply(shop.page(page, subscribedFields=[*FIELDS, REFUSED_FIELD]))


async def ask_for_it_no_more(shop: Shop) -> None:
    for page in shop.pages:
        await shop.apply(shop.page(page, subscribedFields=FIELDS))


async def delete_given_tokens(shop: Shop) -> None:
    await shop.kubectl("delete", "secret", *(f"{page}-token" for page in shop.pages))


async def restore_given_tokens(shop: Shop) -> None:
    await shop.apply(*(shop.secret_of(page, shop.token(page)) for page in shop.pages))


async def delete_app_secret(shop: Shop) -> None:
    await shop.kubectl("delete", "secret", "acme-app")


async def restore_app_secret(shop: Shop) -> None:
    await shop.apply(shop.app_secret())


async def delete_results(shop: Shop) -> None:
    await shop.kubectl("delete", "secret", *(f"{page}-access-token" for page in shop.pages))


async def graph_down(shop: Shop) -> None:
    shop.town.sim.faults.inject("html", edge="*", times=None)


async def graph_away(shop: Shop) -> None:
    shop.town.sim.faults.inject("drop", edge="*", times=None)


async def graph_back(shop: Shop) -> None:
    shop.town.sim.faults.clear()


def throttle(scope: Any) -> Hand:
    async def throttle(shop: Shop) -> None:
        for about in [shop.app_id] if scope == "app" else map(shop.page_id, shop.pages):
            shop.town.sim.identity.set_usage(scope, about, 100)

    return throttle


def open_up(scope: Any) -> Hand:
    async def open_up(shop: Shop) -> None:
        for about in [shop.app_id] if scope == "app" else map(shop.page_id, shop.pages):
            shop.town.sim.identity.set_usage(scope, about, None)

    return open_up
