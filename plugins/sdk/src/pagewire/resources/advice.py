"""What to do next, for each reason. Shown in docs/reference/conditions.md; messages of conditions are more exact."""

from collections.abc import Mapping
from typing import Final

from .conditions import Reason

_NOTHING: Final = "Nothing."
_WAIT: Final = "Nothing; it is tried again by itself."

ADVICE: Final[Mapping[Reason, str]] = {
    Reason.RECONCILED: _NOTHING,
    Reason.PROGRESSING: "Wait: `kubectl wait --for=condition=Ready`.",
    Reason.OBSERVING: "Read `status.plan`; set `managementPolicy: Manage` to have it done.",
    Reason.PAUSED: "Remove the annotation `pagewire.dev/paused` to go on.",
    Reason.DELETING: "Nothing; it ends within minutes even if Meta does not answer.",
    Reason.INVALID_SPEC: "Change the field that the message names.",
    Reason.CONFLICT: "Delete one of the two. The older one goes on as it is.",
    Reason.EXISTING_RESOURCE_CONFLICT: "Compare the message with what you want; then set `adoptionPolicy: Adopt`, or"
    " take the property out of the spec.",
    Reason.APP_NOT_FOUND: "Create the MessengerApp, or correct `appRef`.",
    Reason.APP_NOT_READY: "Look at the MessengerApp: `kubectl describe mapp`.",
    Reason.NAMESPACE_NOT_ALLOWED: "Have the app's owner add this namespace to its `spec.allowedNamespaces`.",
    Reason.SECRET_NOT_FOUND: "Create the Secret, or the key in it, in this namespace. It is picked up at once.",
    Reason.SECRET_FORBIDDEN: "Give the operator's service account the rights on Secrets that"
    " `charts/pagewire/files/rbac/operator.yaml` has. It is tried again by itself.",
    Reason.SECRET_CONFLICT: "Delete that Secret if nobody needs it, or make the AccessToken anew with another"
    " `secretName`.",
    Reason.TOKEN_NOT_FOUND: "Create the AccessToken, or correct `tokenRef`.",
    Reason.TOKEN_NOT_READY: "Look at the AccessToken: `kubectl describe mtok`.",
    Reason.PAGE_NOT_FOUND: "Create the MessengerPage or correct `pageRef`. If the Page belongs to a business portfolio,"
    " assign it to the system user and set `businessId`.",
    Reason.APP_SECRET_INVALID: "Put the secret that the App Dashboard shows (App settings > Basic) into the Secret.",
    Reason.TOKEN_INVALID: "Make a new token and put it into the Secret, or log in again.",
    Reason.TOKEN_EXPIRED: "Make a new token and put it into the Secret, or log in again.",
    Reason.TOKEN_EXPIRING: "Do so before that day: make a new token, or log in again. Better, use a system user's"
    " token, which has no end.",
    Reason.TOKEN_SHORT_LIVED: "Give the app's secret in the MessengerApp, so that the token can be exchanged, or put a"
    " long-lived one into the Secret.",
    Reason.DATA_ACCESS_EXPIRED: "Have the person log in again.",
    Reason.DATA_ACCESS_EXPIRING: "Have the person log in again before that day.",
    Reason.LOGIN_REQUIRED: "Make a link with `pagewire login NAMESPACE/NAME --link`, and send it to a person with a role"
    " on the Page.",
    Reason.WRONG_APP: "Make the token with the app of `appRef`, or correct `appRef`.",
    Reason.WRONG_TOKEN_TYPE: "Give a token of the type and Page that the spec names. A Page token is derived from a"
    " user's or system user's with `from.tokenRef`.",
    Reason.TOKEN_ISSUED: _NOTHING,
    Reason.TOKEN_RENEWED: _NOTHING,
    Reason.MISSING_PERMISSION: "Grant the permissions that the message names: add them to the system user's token, or"
    " log in again. New ones may need App Review.",
    Reason.PERMISSION_DECLINED: "Ask the person, then log in again: Meta shows declined permissions only if asked anew.",
    Reason.ASSET_NOT_GRANTED: "Log in again and tick this Page or account, or assign it to the system user.",
    Reason.TASK_MISSING: "In the Page's settings, give the person the tasks that the message names.",
    Reason.STANDARD_ACCESS: "Ask for Advanced Access by App Review and set the app live. Until then, only people with a"
    " role on the app are reached.",
    Reason.CAPABILITY_MISSING: "Add the product to the app in the App Dashboard.",
    Reason.CALLBACK_UNVERIFIED: "Check from outside that the callback URL answers over HTTPS: `pagewire doctor`.",
    Reason.WAITING_FOR_GATEWAY: "Nothing, if the gateway is just starting. Otherwise check that it runs and that"
    " `callbackURL` leads to it.",
    Reason.FOREIGN_CALLBACK: "If the webhooks should come here, set `adoptionPolicy: Adopt`; who gets them now gets none"
    " any more. Otherwise use another app.",
    Reason.DASHBOARD_ONLY: "Set it in the App Dashboard as the message says.",
    Reason.NOT_SUBSCRIBED: _WAIT,
    Reason.SUBSCRIPTION_DISABLED: "Find out why deliveries failed: `pagewire doctor`. It is subscribed again by itself;"
    " webhooks of the time between are lost.",
    Reason.FIELD_REJECTED: "Take the field out of the spec, or grant the permission it needs.",
    Reason.PROFILE_DIFFERS: _WAIT,
    Reason.PROFILE_REJECTED: "Change the property that the message names.",
    Reason.PLUGIN_NOT_INSTALLED: "Correct the name, if `pagewire plugins` does not list it. Install the plugin beside the"
    " operator, too, to have its config checked before an event comes.",
    Reason.PLUGIN_CONFIG_INVALID: "Change the field of the plugin's config that the message names.",
    Reason.GRAPH_VERSION_ENDING: "Read Meta's changelog and raise `graphVersion` of the MessengerApp before that day.",
    Reason.GRAPH_VERSION_MOVED: "Raise `graphVersion` of the MessengerApp to a version that is served.",
    Reason.RATE_LIMITED: _WAIT,
    Reason.THROTTLED: _WAIT,
    Reason.GRAPH_UNAVAILABLE: _WAIT,
    Reason.GRAPH_REFUSED: "Look the code up at Meta; the message has it with its trace id.",
    Reason.PAGE_RESTRICTED: "See the Page's support inbox. It is tried again hours later.",
    Reason.CHANGED: _NOTHING,
    Reason.DRIFT_FOUND: "If it was wanted, change the spec to match; otherwise nothing.",
    Reason.FOUND: _NOTHING,
    Reason.ADOPTED: _NOTHING,
    Reason.RELEASED: _NOTHING,
    Reason.ORPHANED: "Nothing. What is still at Meta is yours to keep or to remove by hand.",
    Reason.LEFT_BEHIND: "Remove it by hand at Meta, as the message says, if it should not stay.",
    Reason.INTERNAL_ERROR: "Report it with what the log says; it is tried again by itself.",
}
"""One sentence or two for every `Reason`."""
