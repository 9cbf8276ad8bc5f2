"""Alerts about replies, and about plugins."""

from typing import Final

from tools.alerts.model import Alert, Rule, Runbook, Severity
from tools.dashboards.model import Uid

REPLIES: Final = (
    Alert(
        "PagewireAccountsCannotSend",
        (
            Rule(
                Severity.CRITICAL,
                'sum by (namespace, object, trouble) (pagewire_outbox_account_troubles{trouble=~"token|config"}) > 0',
                "5m",
            ),
        ),
        "{{ $value }} accounts ({{ $labels.object }}) cannot send: Meta refuses their {{ $labels.trouble }}.",
        Uid.OUTBOX,
        "Accounts in trouble, and why",
        Runbook(
            "Meta refuses the token of an account (`token`), or the app or a setting of it (`config`). Its replies wait; none is lost.",
            "People of that account get no answers. After 24 hours the window closes for those who wait.",
            (
                "*Accounts in trouble, and why* tells token or config; *Conditions that are not True* on the dashboard of Pages names the account.",
                "$ pagewire status -A",
                "$ kubectl describe mtok -A",
            ),
            (
                "`TokenExpired`, `TokenInvalid`: log in anew (`pagewire login --cluster NAMESPACE/TOKEN`), or put a new token into the Secret. Sending goes on within seconds.",
                "`PermissionDeclined`, `PermissionMissing`: the person has to grant it again: `pagewire login --cluster NAMESPACE/TOKEN`.",
                "`config`: the refusal names it; often the app is not live, or lacks access. See [conditions](../reference/conditions.md).",
            ),
            "*Accounts in trouble* is at zero, and *Oldest request* falls.",
        ),
    ),
    Alert(
        "PagewireThrottled",
        (
            Rule(
                Severity.WARNING,
                'sum by (namespace, object) (pagewire_outbox_account_troubles{trouble="throttled"}) > 0',
                "15m",
                "throttled",
            ),
            Rule(
                Severity.WARNING,
                "max by (kind, namespace, name) (pagewire_graph_usage_ratio) > 0.8",
                "10m",
                "nearly used up",
            ),
        ),
        "Meta's allowance is used up, or nearly{{ with $labels.name }}, for {{ . }}{{ end }}.",
        Uid.OUTBOX,
        "Allowances used",
        Runbook(
            "Meta throttles an account or the whole app, or soon will. Sending slows down from 80 % of an allowance and rests at 100 %.",
            "Replies come late, and none is lost. Other programs that use the same app suffer, too.",
            (
                "*Allowances used* names the account, or the app; *Requests* on the same dashboard tells who calls so much.",
                "A plugin that sends much: *Replies* on the overview, and",
                "$ pagewire plugins",
            ),
            (
                "Another program of the same app uses the allowance up: it has to slow down.",
                "A plugin that writes too much: pause it (`pagewire plugins --pause NAME`), or let it write less.",
                "Really so many people: Meta's allowances grow with engaged users; spread them over Pages, or ask Meta.",
            ),
            "*Allowances used* is below 80 %, and *Accounts in trouble* at zero.",
        ),
    ),
    Alert(
        "PagewireGraphFailing",
        (
            Rule(
                Severity.CRITICAL,
                'sum by (namespace) (rate(http_client_request_duration_seconds_count{error_type!~"|ignore|done"}[5m]))'
                " / sum by (namespace) (rate(http_client_request_duration_seconds_count[5m])) > 0.5",
                "2m",
                "refused",
            ),
            Rule(
                Severity.CRITICAL,
                'sum by (namespace, object) (pagewire_outbox_account_troubles{trouble="network"}) > 0',
                "5m",
                "not reached",
            ),
        ),
        "Most requests to the Graph API fail, or it cannot be reached.",
        Uid.OUTBOX,
        "Errors",
        Runbook(
            "More than half of the requests to the Graph API fail, or no connection comes about.",
            "No replies go out. They wait and go out in order when it is over.",
            (
                "*Errors* on the dashboard of the outbox names the class: `ambiguous` is a server error or a lost answer, `not_sent` no connection.",
                "Sends wait after the first of them, and what is counted from then on are the look-ups whether they arrived.",
                "Can the gateway reach Meta from where it runs?",
                "$ pagewire doctor --graph https://graph.facebook.com",
            ),
            (
                "Server errors or no answer from Meta: look at Meta's own status page, and wait.",
                "No connection: a NetworkPolicy, a proxy, or the resolver. Did somebody change the way out?",
                "Refusals of one class: see [sending](../reference/sending.md) for what Meta means by it.",
            ),
            "*Errors* is near zero, and *Oldest request* falls.",
        ),
    ),
    Alert(
        "PagewireOutboxOld",
        (Rule(Severity.WARNING, "max by (namespace) (pagewire_outbox_oldest_age_seconds) > 900", "10m"),),
        "The oldest outbound request has waited for {{ $value | humanizeDuration }}.",
        Uid.OUTBOX,
        "Oldest request",
        Runbook(
            "A reply waits longer than a quarter of an hour: its account is in trouble, is paced, or a plugin that judges replies does not answer.",
            "People wait. Past the window Meta refuses the reply.",
            (
                "*Accounts in trouble, and why* and *Judged by plugins* on the same dashboard.",
                "$ pagewire conversations --limit 20",
                "$ pagewire status -A",
            ),
            (
                "An account in trouble: see [PagewireAccountsCannotSend](PagewireAccountsCannotSend.md) and [PagewireThrottled](PagewireThrottled.md).",
                "A judging plugin fails: PAGEWIRE_BEFORE_SEND_FAILURE decides; mend or pause it.",
            ),
            "*Oldest request* is below a minute.",
        ),
    ),
    Alert(
        "PagewireRepliesParked",
        (Rule(Severity.WARNING, 'sum by (namespace) (pagewire_outbox_requests{state="parked"}) > 0', "1h"),),
        "{{ $value }} replies used up their attempts.",
        Uid.OUTBOX,
        "Kept by the journal, by state",
        Runbook(
            "Replies could not be sent in PAGEWIRE_SEND_ATTEMPTS requests, or nobody can tell whether they went out.",
            "Those people got no answer, or perhaps got it.",
            ("*Refused, and why* tells the reasons.", "$ pagewire parked"),
            (
                "Mend the cause that `pagewire parked` shows, then replay the event: `pagewire replay EVENT --plugin NAME`. `--resend` also repeats what may have gone out.",
            ),
            "`pagewire parked` lists no reply.",
        ),
    ),
)

PLUGINS: Final = (
    Alert(
        "PagewirePluginCircuitOpen",
        (
            Rule(
                Severity.CRITICAL, "max by (namespace, pagewire_plugin_name) (pagewire_plugin_circuit_state) == 2", "5m"
            ),
        ),
        "The plugin {{ $labels.pagewire_plugin_name }} fails again and again, and is left alone for now.",
        Uid.PLUGINS,
        "Circuit",
        Runbook(
            "The plugin failed several times in a row. It is tried again with growing pauses; after a dozen failed trials it is put into quarantine.",
            "Its events wait in order. Other plugins go on.",
            (
                "*Hook calls by outcome* and *Health* on the same dashboard; the plugin's own words:",
                "$ pagewire plugins",
                "$ pagewire parked --plugin NAME",
            ),
            (
                "What it calls (a CRM, a model) is down: mend that. The circuit closes by itself at the next trial.",
                "Its code has a fault: install a mended version, then `pagewire plugins --resume NAME`.",
            ),
            "*Circuit* says closed, and *Backlog* falls to zero.",
        ),
    ),
    Alert(
        "PagewirePluginUnwell",
        (Rule(Severity.WARNING, "max by (namespace, pagewire_plugin_name) (pagewire_plugin_health) == 2", "10m"),),
        "The plugin {{ $labels.pagewire_plugin_name }} says that it fails, or does not answer.",
        Uid.PLUGINS,
        "Health",
        Runbook(
            "The plugin was asked how it is, and said failing or nothing.",
            "What it does for people is not done, or soon will not be.",
            ("Its words say what is wrong:", "$ pagewire plugins"),
            ("Do as its words say; its own page under docs/reference/plugins tells more.",),
            "*Health* says ok.",
        ),
    ),
    Alert(
        "PagewirePluginKeepsLoop",
        (
            Rule(
                Severity.WARNING,
                "sum by (namespace, pagewire_plugin_name) (increase(pagewire_plugin_loop_kept_total[10m])) > 0",
                "0s",
            ),
        ),
        "Code of the plugin {{ $labels.pagewire_plugin_name }} kept the event loop, and so everything else.",
        Uid.PLUGINS,
        "Kept the event loop",
        Runbook(
            "The plugin computed or waited inside an async hook without giving way (PAGEWIRE_LOOP_PATIENCE). Three times within ten minutes put it into quarantine.",
            "While it lasts, no webhook is answered and no other plugin goes on.",
            (
                "The gateway's log says in which function and line it was: `keeps the event loop`.",
                "$ pagewire plugins",
            ),
            (
                "Move the work off the loop: `await asyncio.to_thread(...)`, an async client, or a process of its own. [Write a plugin](../how-to/write-a-plugin.md) tells more.",
                "Until then: `pagewire plugins --pause NAME`.",
            ),
            "*Kept the event loop* is at zero for an hour, and *Time to acknowledge* is back to milliseconds.",
        ),
    ),
    Alert(
        "PagewireEventsParked",
        (
            Rule(
                Severity.WARNING,
                'sum by (namespace, pagewire_plugin_name) (pagewire_journal_events{state="parked"}) > 0',
                "1h",
            ),
        ),
        "{{ $value }} events used up their attempts with the plugin {{ $labels.pagewire_plugin_name }}.",
        Uid.PLUGINS,
        "Parked",
        Runbook(
            "A plugin could not deal with events in PAGEWIRE_HOOK_ATTEMPTS calls. They are kept, and tried no more.",
            "Those people's messages are unanswered, or missing in the CRM.",
            ("$ pagewire parked", "$ pagewire events --state parked --limit 20"),
            (
                "Mend the cause that the list shows, then `pagewire replay --parked --plugin NAME`. `--dry-run` counts first.",
            ),
            "`pagewire parked` lists nothing of this plugin.",
        ),
    ),
)
