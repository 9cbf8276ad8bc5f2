"""The disturbance table: what may happen to the whole, what the resources say of it, and what mends it.

The tests apply each row to a running operator; ``docs/explanation/disturbances.md`` is written from the same rows.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from pagewire.resources import Reason
from tests.e2e import hands
from tests.e2e.hands import Hand
from tests.e2e.shop import APP, PAGE, TOKEN, WEBHOOKS


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
        everywhere: every shop feels it, so nothing else can be tried meanwhile.
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
    everywhere: bool = False


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
        happens=hands.revoke_scope,
        says=(
            Says(TOKEN, _stalled(Reason.PERMISSION_DECLINED, "PermissionsGranted")),
            Says(PAGE, {"Ready": "False", "PermissionsGranted": "False", "Stalled": "True"}),
        ),
        tells=(Tells(TOKEN, Reason.PERMISSION_DECLINED), Tells(PAGE, Reason.PERMISSION_DECLINED)),
        mended="yes, once it is granted again",
        ends=hands.grant_scope,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="token-expired",
        what="The token ends",
        happens=hands.expire_tokens,
        says=(
            Says(TOKEN, _stalled(Reason.TOKEN_EXPIRED, "TokenValid")),
            Says(PAGE, _stalled(Reason.TOKEN_EXPIRED, "TokenValid", "Synced")),
        ),
        tells=(Tells(TOKEN, Reason.TOKEN_EXPIRED), Tells(PAGE, Reason.TOKEN_EXPIRED)),
        mended="at once when a new token is put into the Secret",
        ends=hands.give_new_tokens,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="token-revoked",
        what="The person changes the password",
        happens=hands.change_password,
        says=(
            Says(TOKEN, _stalled(Reason.TOKEN_INVALID, "TokenValid")),
            Says(PAGE, _stalled(Reason.TOKEN_INVALID, "TokenValid", "Synced")),
        ),
        tells=(Tells(TOKEN, Reason.TOKEN_INVALID), Tells(PAGE, Reason.TOKEN_INVALID)),
        mended="at once when a new token is put into the Secret",
        ends=hands.give_new_tokens,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="app-secret-reset",
        what="The app secret is reset at Meta and nobody tells us",
        happens=hands.reset_app_secret,
        says=(
            Says(APP, _stalled(Reason.APP_SECRET_INVALID, "TokenValid", "Synced")),
            Says(TOKEN, _stalled(Reason.APP_SECRET_INVALID, "TokenValid", "Synced")),
            Says(PAGE, _stalled(Reason.APP_SECRET_INVALID, "TokenValid", "Synced")),
        ),
        tells=(Tells(APP, Reason.APP_SECRET_INVALID), Tells(PAGE, Reason.APP_SECRET_INVALID)),
        mended="at once when the new secret is put into the Secret",
        ends=hands.give_new_app_secret,
        left=_ALL_LEFT,
        left_webhooks=True,
    ),
    Disturbance(
        name="page-unsubscribed",
        what="Meta, or somebody, takes the app off the Page",
        happens=hands.unsubscribe,
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
        happens=hands.stop_delivery,
        tells=(Tells(WEBHOOKS, Reason.DRIFT_FOUND), Tells(WEBHOOKS, Reason.CHANGED)),
        mended="yes, in the look that finds it",
    ),
    Disturbance(
        name="callback-taken",
        what="Somebody points the app's webhooks elsewhere",
        happens=hands.send_elsewhere,
        says=(Says(WEBHOOKS, _stalled(Reason.FOREIGN_CALLBACK, "Subscribed", "Synced")),),
        tells=(Tells(WEBHOOKS, Reason.FOREIGN_CALLBACK),),
        mended="no: two environments would fight; at once with `adoptionPolicy: Adopt`",
        ends=hands.adopt,
    ),
    Disturbance(
        name="profile-edited",
        what="Somebody edits the Messenger profile by hand",
        happens=hands.edit_profile,
        tells=(Tells(PAGE, Reason.DRIFT_FOUND), Tells(PAGE, Reason.CHANGED)),
        mended="yes, in the look that finds it",
    ),
    Disturbance(
        name="field-rejected",
        what="Meta refuses a field, and with it all of them",
        happens=hands.ask_for_refused_field,
        says=(Says(PAGE, _stalled(Reason.FIELD_REJECTED, "Subscribed", "Synced")),),
        tells=(Tells(PAGE, Reason.FIELD_REJECTED),),
        mended="at once when the field is taken out of the spec; what was delivered before goes on",
        ends=hands.ask_for_it_no_more,
    ),
    Disturbance(
        name="token-secret-deleted",
        what="The Secret of a given token is deleted",
        happens=hands.delete_given_tokens,
        says=(
            Says(TOKEN, {"Ready": "False SecretNotFound", "TokenValid": "False SecretNotFound"}),
            Says(PAGE, {"Ready": "False SecretNotFound", "TokenValid": "False SecretNotFound"}),
        ),
        tells=(Tells(TOKEN, Reason.SECRET_NOT_FOUND), Tells(PAGE, Reason.SECRET_NOT_FOUND)),
        mended="at once when it is back",
        ends=hands.restore_given_tokens,
        left=_PROFILE_LEFT,
    ),
    Disturbance(
        name="app-secret-deleted",
        what="The Secret of the app is deleted",
        happens=hands.delete_app_secret,
        says=(
            Says(APP, {"Ready": "False SecretNotFound", "TokenValid": "False SecretNotFound"}),
            Says(WEBHOOKS, {"Ready": "False SecretNotFound"}),
            Says(PAGE, {"Ready": "False SecretNotFound"}),
        ),
        tells=(Tells(APP, Reason.SECRET_NOT_FOUND), Tells(PAGE, Reason.SECRET_NOT_FOUND)),
        mended="at once when it is back",
        ends=hands.restore_app_secret,
    ),
    Disturbance(
        name="result-deleted",
        what="The Secret with a derived token is deleted",
        happens=hands.delete_results,
        tells=(Tells(TOKEN, Reason.TOKEN_ISSUED),),
        mended="yes, at once: the token is derived again",
        derived=True,
    ),
    Disturbance(
        name="graph-down",
        what="Meta answers with server errors for ten minutes",
        happens=hands.graph_down,
        says=tuple(Says(kind, _passing(Reason.GRAPH_UNAVAILABLE)) for kind in (APP, WEBHOOKS, TOKEN, PAGE)),
        tells=(Tells(PAGE, Reason.GRAPH_UNAVAILABLE),),
        mended="yes, with growing pauses up to ten minutes",
        ends=hands.graph_back,
        left=_ALL_LEFT,
        left_webhooks=True,
        everywhere=True,
    ),
    Disturbance(
        name="graph-unreachable",
        what="Meta cannot be reached",
        happens=hands.graph_away,
        says=tuple(Says(kind, _passing(Reason.GRAPH_UNAVAILABLE)) for kind in (APP, WEBHOOKS, TOKEN, PAGE)),
        tells=(Tells(PAGE, Reason.GRAPH_UNAVAILABLE),),
        mended="yes, with growing pauses up to ten minutes",
        ends=hands.graph_back,
        left=_ALL_LEFT,
        left_webhooks=True,
        everywhere=True,
    ),
)

THROTTLES: tuple[Disturbance, ...] = (
    Disturbance(
        name="app-throttled",
        what="Meta throttles the app (code 4)",
        happens=hands.throttle("app"),
        says=(Says(PAGE, {"Ready": "True Reconciled", "Synced": "False"}),),
        tells=tuple(Tells(kind, Reason.RATE_LIMITED, Reason.THROTTLED) for kind in (APP, WEBHOOKS, TOKEN, PAGE)),
        mended="yes, within ten minutes; until then Meta is left in peace",
        ends=hands.open_up("app"),
        left=_ALL_LEFT,
        left_webhooks=True,
    ),
    Disturbance(
        name="page-throttled",
        what="Meta throttles the Page (code 80001)",
        happens=hands.throttle("pages"),
        says=(Says(PAGE, _passing(Reason.RATE_LIMITED)),),
        tells=(Tells(PAGE, Reason.RATE_LIMITED),),
        mended="yes, within the hour; until then Meta is left in peace",
        ends=hands.open_up("pages"),
        left=("subscription of Page",),
    ),
    Disturbance(
        name="calls-throttled",
        what="Meta limits the calls for one Page (code 613)",
        happens=hands.throttle("custom"),
        says=(Says(PAGE, _passing(Reason.RATE_LIMITED)),),
        tells=(Tells(PAGE, Reason.RATE_LIMITED),),
        mended="yes, after a minute or two; until then Meta is left in peace",
        ends=hands.open_up("custom"),
        left=_ALL_LEFT,
    ),
)
"""Apart, as their end takes more than a minute; nothing shortens what Meta asks for."""


class Elsewhere(Struct, frozen=True, kw_only=True):
    """A row with tests of its own. All but `tests` is for people.

    Attributes:
        what: what happens.
        says: what the resources say then.
        tells: which Events people find.
        mended: what mends it.
        left: what becomes of a deletion meanwhile.
        tests: names of functions, by module.
    """

    what: str
    says: str
    tells: str
    mended: str
    left: str
    tests: tuple[str, ...]


ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(
        what="The app secret is rotated, with the old and the new one in `appSecretRefs`",
        says="nothing: all stays ready",
        tells="none",
        mended="no call fails while Meta takes both; when Meta drops the old one, the same look goes on with the new one",
        left="takes everything back",
        tests=(
            "test_disturbances.test_an_app_secret_is_rotated_without_a_failed_request",
            "test_disturbances.test_an_old_app_secret_that_meta_drops_first_is_no_trouble",
        ),
    ),
    Elsewhere(
        what="Two resources claim the same Page",
        says="the younger: `Ready`, `Synced`, `Subscribed` False `Conflict`, `Stalled`",
        tells="`Conflict`",
        mended="yes, when the older one is deleted; until then that one goes on as if alone",
        left="the younger leaves everything to the older, the older to the younger",
        tests=(
            "test_disturbances.test_a_page_that_two_resources_claim_goes_to_the_older",
            "test_disturbances.test_the_younger_of_two_claims_leaves_without_taking_anything_along",
        ),
    ),
    Elsewhere(
        what="The operator is killed after any of its changes, in the cluster or at Meta",
        says="what it said before",
        tells="`Found` where the dead one could not tell what it did; no drift is seen where there was none",
        mended="yes, by the next start; at most the call that was under way is made again",
        left="takes everything back; the same holds for a kill at every step of the deletion",
        tests=(
            "test_disturbances_killed.test_killed_at_every_step_the_next_operator_ends_where_one_alone_would",
            "test_disturbances_killed.test_killed_at_every_step_of_a_deletion_the_next_operator_ends_it",
        ),
    ),
    Elsewhere(
        what="Two operators run at once, and the one at work is killed, hangs, or is told to go",
        says="what it said before",
        tells="none",
        mended="yes: the other takes over when the Lease ends; the one that stands by asks for nothing but the Lease, "
        "and one that hung ends when it wakes",
        left="takes everything back",
        tests=(
            "test_disturbances_replicas.test_one_is_at_work_and_when_it_is_killed_the_other_goes_on",
            "test_disturbances_replicas.test_one_that_hung_and_wakes_ends_before_it_does_anything",
            "test_disturbances_replicas.test_told_to_go_the_one_at_work_leaves_without_a_gap",
        ),
    ),
    Elsewhere(
        what="The operator is down",
        says="what it said before",
        tells="none",
        mended="yes, at its next start; the gateway goes on meanwhile, with changed Secrets too",
        left="waits for the operator",
        tests=("test_disturbances_apart.test_events_keep_coming_in_while_the_operator_is_down",),
    ),
    Elsewhere(
        what="The API server is away or restarts",
        says="what it said before",
        tells="those of the time in between come late; those of an operator that ended meanwhile are in its log",
        mended="yes: drift is mended all the while, by an operator that need not give up its Lease, and the gateway goes on",
        left="takes everything back",
        tests=(
            "test_disturbances_apart.test_the_api_server_restarts_and_nothing_is_lost",
            "test_disturbances_apart.test_an_operator_that_loses_its_lease_with_the_api_server_ends_and_the_next_one_goes_on",
        ),
    ),
)
