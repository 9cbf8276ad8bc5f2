"""The disturbance table: what may happen to the whole, what the resources say of it, and what mends it.

The tests apply each row to a running operator; ``docs/explanation/disturbances.md`` is written from the same rows.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from pagewire.resources import Reason
from tests.e2e.shop import APP, FIELDS, PAGE, TOKEN, WEBHOOKS, Shop

Hand = Callable[[Shop], Awaitable[None]]
REFUSED_FIELD = "message_reads"
NEW_GREETING = {"greeting": [{"locale": "default", "text": "Buy one, get two!"}]}


class Says(NamedTuple):
    """Conditions of one resource: type to status and reason, as in ``False TokenExpired``."""

    kind: str
    conditions: Mapping[str, str]


class Tells(NamedTuple):
    """An Event about one resource, of this reason or of the other one."""

    kind: str
    reason: Reason
    other: Reason | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Those that will do."""
        return (self.reason,) if self.other is None else (self.reason, self.other)


class Disturbance(Struct, frozen=True, kw_only=True):
    """One row.

    Attributes:
        name: of the row, and of its tests.
        what: what happens, for people.
        happens: does it, to every Page of a shop.
        says: what the resources say then; empty if it is mended before anything is said.
        tells: which Events people find.
        mended: what mends it, for people.
        ends: what has to happen first; without it the operator mends it alone.
        left: what stays at Meta when the Page is deleted meanwhile, as its Event LeftBehind names it; empty for nothing.
        left_webhooks: whether the app's webhooks stay likewise.
        derived: the Page's token is derived, not given.
    """

    name: str
    what: str
    happens: Hand
    mended: str
    says: tuple[Says, ...] = ()
    tells: tuple[Tells, ...] = ()
    ends: Hand | None = None
    left: tuple[str, ...] = ()
    left_webhooks: bool = False
    derived: bool = False


async def _revoke_scope(shop: Shop) -> None:
    shop.town.sim.identity.revoke_scope(shop.user_id, "pages_messaging", app=shop.app_id)


async def _grant_scope(shop: Shop) -> None:
    shop.town.sim.identity.grant_scope(shop.user_id, "pages_messaging", app=shop.app_id)


async def _expire_tokens(shop: Shop) -> None:
    for page in shop.pages:
        shop.town.sim.identity.expire_token(shop.token(page))


async def _change_password(shop: Shop) -> None:
    shop.town.sim.identity.invalidate(shop.user_id)


async def _give_new_tokens(shop: Shop) -> None:
    for page in shop.pages:
        issue, account = shop.town.sim.identity.issue_token, shop.page_id(page)
        new = issue("PAGE", app=shop.app_id, user=shop.user_id, account=account)
        await shop.apply(shop.secret_of(page, new))


async def _reset_app_secret(shop: Shop) -> None:
    shop.town.sim.identity.reset_app_secret(shop.app_id, secret=f"{shop.secret}-after-reset")


async def _give_new_app_secret(shop: Shop) -> None:
    await shop.apply(shop.app_secret(**{"app-secret": f"{shop.secret}-after-reset"}))


async def _unsubscribe(shop: Shop) -> None:
    for page in shop.pages:
        shop.town.sim.settings.unsubscribe(shop.page_id(page), shop.app_id)


async def _stop_delivery(shop: Shop) -> None:
    shop.town.sim.settings.deactivate(shop.app_id, "page")


async def _send_elsewhere(shop: Shop) -> None:
    desk = shop.town.sim.settings
    desk.dashboard(shop.app_id, "page", "https://elsewhere.example.com/hook", fields=FIELDS)


async def _adopt(shop: Shop) -> None:
    await shop.apply(shop.webhooks(adoptionPolicy="Adopt"))


async def _edit_profile(shop: Shop) -> None:
    for page in shop.pages:
        shop.town.sim.settings.edit_profile(shop.page_id(page), NEW_GREETING)


async def _ask_for_refused_field(shop: Shop) -> None:
    shop.town.sim.settings.refuse_field(REFUSED_FIELD, "unknown")
    for page in shop.pages:
        await shop.apply(shop.page(page, subscribedFields=[*FIELDS, REFUSED_FIELD]))


async def _ask_for_it_no_more(shop: Shop) -> None:
    for page in shop.pages:
        await shop.apply(shop.page(page, subscribedFields=FIELDS))


async def _delete_given_tokens(shop: Shop) -> None:
    await shop.kubectl("delete", "secret", *(f"{page}-token" for page in shop.pages))


async def _restore_given_tokens(shop: Shop) -> None:
    await shop.apply(*(shop.secret_of(page, shop.token(page)) for page in shop.pages))


async def _delete_app_secret(shop: Shop) -> None:
    await shop.kubectl("delete", "secret", "acme-app")


async def _restore_app_secret(shop: Shop) -> None:
    await shop.apply(shop.app_secret())


async def _delete_results(shop: Shop) -> None:
    await shop.kubectl("delete", "secret", *(f"{page}-access-token" for page in shop.pages))


async def _graph_down(shop: Shop) -> None:
    shop.town.sim.faults.inject("html", edge="*", times=None)


async def _graph_away(shop: Shop) -> None:
    shop.town.sim.faults.inject("drop", edge="*", times=None)


async def _graph_back(shop: Shop) -> None:
    shop.town.sim.faults.clear()


def _throttle(scope: Any) -> Hand:
    async def throttle(shop: Shop) -> None:
        for about in [shop.app_id] if scope == "app" else map(shop.page_id, shop.pages):
            shop.town.sim.identity.set_usage(scope, about, 100)

    return throttle


def _open_up(scope: Any) -> Hand:
    async def open_up(shop: Shop) -> None:
        for about in [shop.app_id] if scope == "app" else map(shop.page_id, shop.pages):
            shop.town.sim.identity.set_usage(scope, about, None)

    return open_up


def _stalled(reason: Reason, *abouts: str) -> dict[str, str]:
    return {"Ready": f"False {reason}", **dict.fromkeys(abouts, f"False {reason}"), "Stalled": f"True {reason}"}


def _passing(reason: Reason) -> dict[str, str]:
    return {"Ready": "True Reconciled", "Synced": f"False {reason}"}


_PROFILE_LEFT = ("the profile of Page",)
_ALL_LEFT = ("the profile of Page", "subscription of Page")

TABLE: tuple[Disturbance, ...] = (
    Disturbance(
        name="scope-revoked",
        what="The person takes a permission back",
        happens=_revoke_scope,
        says=(
            Says(TOKEN, _stalled(Reason.PERMISSION_DECLINED, "PermissionsGranted")),
            Says(PAGE, {"Ready": "False", "PermissionsGranted": "False", "Stalled": "True"}),
        ),
        tells=(Tells(TOKEN, Reason.PERMISSION_DECLINED), Tells(PAGE, Reason.PERMISSION_DECLINED)),
        mended="yes, once it is granted again",
        ends=_grant_scope,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="token-expired",
        what="The token ends",
        happens=_expire_tokens,
        says=(
            Says(TOKEN, _stalled(Reason.TOKEN_EXPIRED, "TokenValid")),
            Says(PAGE, _stalled(Reason.TOKEN_EXPIRED, "TokenValid", "Synced")),
        ),
        tells=(Tells(TOKEN, Reason.TOKEN_EXPIRED), Tells(PAGE, Reason.TOKEN_EXPIRED)),
        mended="at once when a new token is put into the Secret",
        ends=_give_new_tokens,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="token-revoked",
        what="The person changes the password",
        happens=_change_password,
        says=(
            Says(TOKEN, _stalled(Reason.TOKEN_INVALID, "TokenValid")),
            Says(PAGE, _stalled(Reason.TOKEN_INVALID, "TokenValid", "Synced")),
        ),
        tells=(Tells(TOKEN, Reason.TOKEN_INVALID), Tells(PAGE, Reason.TOKEN_INVALID)),
        mended="at once when a new token is put into the Secret",
        ends=_give_new_tokens,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="app-secret-reset",
        what="The app secret is reset at Meta and nobody tells us",
        happens=_reset_app_secret,
        says=(
            Says(APP, _stalled(Reason.APP_SECRET_INVALID, "TokenValid", "Synced")),
            Says(TOKEN, _stalled(Reason.APP_SECRET_INVALID, "TokenValid", "Synced")),
            Says(PAGE, _stalled(Reason.APP_SECRET_INVALID, "TokenValid", "Synced")),
        ),
        tells=(Tells(APP, Reason.APP_SECRET_INVALID), Tells(PAGE, Reason.APP_SECRET_INVALID)),
        mended="at once when the new secret is put into the Secret",
        ends=_give_new_app_secret,
        left=_ALL_LEFT,
        left_webhooks=True,
    ),
    Disturbance(
        name="page-unsubscribed",
        what="Meta, or somebody, takes the app off the Page",
        happens=_unsubscribe,
        tells=(
            Tells(PAGE, Reason.DRIFT_FOUND),
            Tells(PAGE, Reason.CHANGED),
            Tells(PAGE, Reason.SUBSCRIPTION_DISABLED),
        ),
        mended="yes, in the look that finds it",
    ),
    Disturbance(
        name="delivery-stopped",
        what="Meta switches the app's webhooks off, as it does after an hour of failures",
        happens=_stop_delivery,
        tells=(Tells(WEBHOOKS, Reason.DRIFT_FOUND), Tells(WEBHOOKS, Reason.CHANGED)),
        mended="yes, in the look that finds it",
    ),
    Disturbance(
        name="callback-taken",
        what="Somebody points the app's webhooks elsewhere",
        happens=_send_elsewhere,
        says=(Says(WEBHOOKS, _stalled(Reason.FOREIGN_CALLBACK, "Subscribed", "Synced")),),
        tells=(Tells(WEBHOOKS, Reason.FOREIGN_CALLBACK),),
        mended="no: two environments would fight; at once with `adoptionPolicy: Adopt`",
        ends=_adopt,
    ),
    Disturbance(
        name="profile-edited",
        what="Somebody edits the Messenger profile by hand",
        happens=_edit_profile,
        tells=(Tells(PAGE, Reason.DRIFT_FOUND), Tells(PAGE, Reason.CHANGED)),
        mended="yes, in the look that finds it",
    ),
    Disturbance(
        name="field-rejected",
        what="Meta refuses a field, and with it all of them",
        happens=_ask_for_refused_field,
        says=(Says(PAGE, _stalled(Reason.FIELD_REJECTED, "Subscribed", "Synced")),),
        tells=(Tells(PAGE, Reason.FIELD_REJECTED),),
        mended="at once when the field is taken out of the spec; what was delivered before goes on",
        ends=_ask_for_it_no_more,
    ),
    Disturbance(
        name="token-secret-deleted",
        what="The Secret of a given token is deleted",
        happens=_delete_given_tokens,
        says=(
            Says(TOKEN, {"Ready": "False SecretNotFound", "TokenValid": "False SecretNotFound"}),
            Says(PAGE, {"Ready": "False SecretNotFound", "TokenValid": "False SecretNotFound"}),
        ),
        tells=(Tells(TOKEN, Reason.SECRET_NOT_FOUND), Tells(PAGE, Reason.SECRET_NOT_FOUND)),
        mended="at once when it is back",
        ends=_restore_given_tokens,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="app-secret-deleted",
        what="The Secret of the app is deleted",
        happens=_delete_app_secret,
        says=(
            Says(APP, {"Ready": "False SecretNotFound", "TokenValid": "False SecretNotFound"}),
            Says(WEBHOOKS, {"Ready": "False SecretNotFound"}),
            Says(PAGE, {"Ready": "False SecretNotFound"}),
        ),
        tells=(Tells(APP, Reason.SECRET_NOT_FOUND), Tells(PAGE, Reason.SECRET_NOT_FOUND)),
        mended="at once when it is back",
        ends=_restore_app_secret,
    ),
    Disturbance(
        name="result-deleted",
        what="The Secret with a derived token is deleted",
        happens=_delete_results,
        tells=(Tells(TOKEN, Reason.TOKEN_ISSUED),),
        mended="yes, at once: the token is derived again",
        derived=True,
    ),
    Disturbance(
        name="graph-down",
        what="Meta answers with server errors for ten minutes",
        happens=_graph_down,
        says=tuple(Says(kind, _passing(Reason.GRAPH_UNAVAILABLE)) for kind in (APP, WEBHOOKS, TOKEN, PAGE)),
        tells=(Tells(PAGE, Reason.GRAPH_UNAVAILABLE),),
        mended="yes, with growing pauses up to ten minutes",
        ends=_graph_back,
        left=_ALL_LEFT,
        left_webhooks=True,
    ),
    Disturbance(
        name="graph-unreachable",
        what="Meta cannot be reached",
        happens=_graph_away,
        says=tuple(Says(kind, _passing(Reason.GRAPH_UNAVAILABLE)) for kind in (APP, WEBHOOKS, TOKEN, PAGE)),
        tells=(Tells(PAGE, Reason.GRAPH_UNAVAILABLE),),
        mended="yes, with growing pauses up to ten minutes",
        ends=_graph_back,
        left=_ALL_LEFT,
        left_webhooks=True,
    ),
)

THROTTLES: tuple[Disturbance, ...] = (
    Disturbance(
        name="app-throttled",
        what="Meta throttles the app (code 4)",
        happens=_throttle("app"),
        says=(Says(PAGE, {"Ready": "True Reconciled", "Synced": "False"}),),
        tells=tuple(Tells(kind, Reason.RATE_LIMITED, Reason.THROTTLED) for kind in (APP, WEBHOOKS, TOKEN, PAGE)),
        mended="yes, within ten minutes; until then Meta is left in peace",
        ends=_open_up("app"),
        left=_ALL_LEFT,
        left_webhooks=True,
    ),
    Disturbance(
        name="page-throttled",
        what="Meta throttles the Page (code 80001)",
        happens=_throttle("pages"),
        says=(Says(PAGE, _passing(Reason.RATE_LIMITED)),),
        tells=(Tells(PAGE, Reason.RATE_LIMITED),),
        mended="yes, within the hour; until then Meta is left in peace",
        ends=_open_up("pages"),
        left=("subscription of Page",),
    ),
    Disturbance(
        name="calls-throttled",
        what="Meta limits the calls for one Page (code 613)",
        happens=_throttle("custom"),
        says=(Says(PAGE, _passing(Reason.RATE_LIMITED)),),
        tells=(Tells(PAGE, Reason.RATE_LIMITED),),
        mended="yes, after a minute or two; until then Meta is left in peace",
        ends=_open_up("custom"),
        left=_ALL_LEFT,
    ),
)
"""Apart, as their end takes more than a minute; nothing shortens what Meta asks for."""
