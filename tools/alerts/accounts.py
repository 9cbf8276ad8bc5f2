"""Alerts about Pages, Instagram accounts, tokens, and what people asked for."""

from typing import Final

from tools.alerts.model import Alert, Rule, Runbook, Severity
from tools.dashboards.model import Uid

_LEFT: Final = "min by (kind, namespace, name) (pagewire_page_token_expiration_timestamp_seconds) - time()"

OF_THE_OPERATOR: Final = (
    Alert(
        "PagewireTokenExpiring",
        (
            Rule(Severity.CRITICAL, f"{_LEFT} < 86400", "10m"),
            Rule(Severity.WARNING, f"{_LEFT} < 7 * 86400", "1h"),
        ),
        "The token of {{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.name }} ends in {{ $value | humanizeDuration }}.",
        Uid.PAGES,
        "Tokens end in",
        Runbook(
            "The token of an account, or the data access behind it, ends soon. What the operator can renew it renews a week before; this one it could not.",
            "When it ends, no reply goes out for that account.",
            ("$ pagewire status -A", "$ kubectl describe mtok -A"),
            (
                "From a login: somebody who manages the Page logs in anew: `pagewire login --cluster NAMESPACE/TOKEN`.",
                "From a Secret: put a new token there.",
                "Derived from another token: look at that one; its conditions say why it gives no new one.",
            ),
            "*Tokens end in* shows more than a week, or the account is gone from it as its token has no end.",
        ),
    ),
    Alert(
        "PagewirePageNotSubscribed",
        (Rule(Severity.CRITICAL, "min by (kind, namespace, name) (pagewire_page_subscribed) == 0", "10m"),),
        "Meta sends no webhooks of {{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.name }} to its app.",
        Uid.PAGES,
        "Subscribed",
        Runbook(
            "The app is not subscribed to the account, with the fields that its resource names, and the operator could not mend it.",
            "Nothing that people write there arrives.",
            (
                "*Conditions that are not True* says which; the reason and what to do:",
                "$ kubectl describe mpage -A",
                "What would have to be done, and is it allowed?",
                "$ pagewire plan -n NAMESPACE",
            ),
            (
                "`FieldRejected`: take the named field out of `subscribedFields`, or get its permission.",
                "`PermissionMissing`, `TokenInvalid`: see [PagewireAccountsCannotSend](PagewireAccountsCannotSend.md).",
                "`managementPolicy: Observe`: the operator only looks; `pagewire plan -n NAMESPACE` shows what to do.",
            ),
            "*Not subscribed* is at zero. Then fetch what was missed: `pagewire heal --page ID`.",
        ),
    ),
    Alert(
        "PagewireDriftAgain",
        (Rule(Severity.WARNING, "sum by (kind) (increase(pagewire_operator_drift_total[1h])) > 3", "0s"),),
        "Meta again and again has not what a {{ $labels.kind }} says: somebody changes it back.",
        Uid.OPERATOR,
        "Drift",
        Runbook(
            "The operator mends the same thing at Meta again and again: somebody, or another program, changes it back.",
            "Between two mends webhooks or the profile are not as the resource says.",
            (
                "Which resource? Its Events of reason `DriftFound` say what was changed:",
                "$ kubectl get events -A --field-selector reason=DriftFound",
            ),
            (
                "Another environment manages the same Page: let one of them only look (`managementPolicy: Observe`).",
                "People change it by hand in Meta's tools: agree on who does, and take that field out of the resource if it is them.",
            ),
            "*Drift* does not grow for an hour.",
        ),
    ),
)

OF_THE_GATEWAY: Final = (
    Alert(
        "PagewireNoWebhooks",
        (
            Rule(
                Severity.CRITICAL,
                "(time() - max(pagewire_page_last_event_timestamp_seconds)) > 1800"
                " and (time() - max(pagewire_page_last_event_timestamp_seconds)) > 20 / sum(rate(pagewire_webhook_events_total[1d]))",
                "5m",
            ),
        ),
        "Meta has sent nothing for {{ $value | humanizeDuration }}, twenty times as long as usual.",
        Uid.PAGES,
        "Last webhook",
        Runbook(
            "No webhook came for half an hour, and for twenty times the usual pause of the last day.",
            "Either nobody writes, or nothing that people write arrives.",
            (
                "Is it all accounts, or one? *Last webhook* on the dashboard of Pages lists them.",
                "Are they subscribed, and does the app's webhook lead here?",
                "$ kubectl get mws,mpage -A",
                "Does a request from outside arrive at the public port? *Answers by status* on the dashboard of the journal.",
                "$ pagewire doctor --signatures",
            ),
            (
                "Not subscribed, or switched off by Meta: the operator mends it; see [PagewirePageNotSubscribed](PagewirePageNotSubscribed.md).",
                "The way in is broken (DNS, certificate, ingress): mend it; Meta repeats for 36 hours.",
                "Refused signatures: see [PagewireSignaturesRefused](PagewireSignaturesRefused.md).",
                "A quiet night: silence the alert until people are awake.",
            ),
            "*Last webhook* is back to seconds or minutes. `pagewire heal` finds what was missed.",
        ),
    ),
    Alert(
        "PagewireDeletionsParked",
        (Rule(Severity.CRITICAL, 'sum by (namespace) (pagewire_people_deletions_open{state="parked"}) > 0', "15m"),),
        "{{ $value }} deletions of people are not done: a plugin refuses.",
        Uid.PAGES,
        "Deletions of people",
        Runbook(
            "People asked for their data to be deleted, and a plugin could not do it in PAGEWIRE_FORGET_ATTEMPTS attempts.",
            "The gateway itself has forgotten them; the plugin's system has not. The law gives a date for it.",
            ("$ pagewire people deletions",),
            (
                "Mend what the plugin says, then `pagewire people deletions ID --retry`. [Delete a person](../how-to/delete-a-person.md) tells more.",
            ),
            "`pagewire people deletions` shows all of them as done.",
        ),
    ),
    Alert(
        "PagewireEndedLoginsParked",
        (Rule(Severity.WARNING, 'sum by (namespace) (pagewire_login_endings_open{state="parked"}) > 0', "15m"),),
        "{{ $value }} ends of logins are not done: a plugin refuses.",
        Uid.PAGES,
        "Ended logins",
        Runbook(
            "People took the app back at Meta, and a plugin that was told so could not deal with it.",
            "Their accounts are closed here. The plugin's system may not know.",
            ("$ pagewire people ended-logins",),
            ("Mend what the plugin says, then `pagewire people ended-logins ID --retry`.",),
            "`pagewire people ended-logins` shows all of them as done.",
        ),
    ),
    Alert(
        "PagewireHealingStands",
        (Rule(Severity.WARNING, "max by (namespace) (pagewire_healing_age_seconds) > 6 * 3600", "15m"),),
        "Some account was last compared with Meta's conversations {{ $value | humanizeDuration }} ago.",
        Uid.PAGES,
        "Least healed account",
        Runbook(
            "Accounts are compared with the Conversations API every PAGEWIRE_HEAL_EVERY seconds; one was not for six hours.",
            "A webhook that was lost on the way would not be noticed for that account.",
            ("Which account, and what did Meta say?", "$ pagewire heal"),
            (
                "The token lacks a permission, or is refused: see [PagewireAccountsCannotSend](PagewireAccountsCannotSend.md).",
                "Throttled: it goes on later by itself.",
                "PAGEWIRE_HEAL_EVERY is longer than six hours or 0: silence this alert.",
            ),
            "*Least healed account* is below PAGEWIRE_HEAL_EVERY.",
        ),
    ),
)
