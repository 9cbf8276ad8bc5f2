"""Alerts about the gateway itself: is it there, and does its journal hold?"""

from typing import Final

from tools.alerts.model import Alert, Rule, Runbook, Severity
from tools.dashboards.model import Uid

ALERTS: Final = (
    Alert(
        "PagewireGatewayDown",
        (
            Rule(
                Severity.CRITICAL,
                "absent(pagewire_journal_size_bytes) or (count by (namespace) (pagewire_journal_size_bytes offset 15m)"
                " unless count by (namespace) (pagewire_journal_size_bytes))",
                "2m",
            ),
        ),
        "No gateway is scraped{{ with $labels.namespace }} in {{ . }}{{ end }}.",
        Uid.OVERVIEW,
        "Gateways",
        Runbook(
            "Prometheus hears of no gateway: it does not run, or its admin port cannot be scraped.",
            "If it does not run, Meta's webhooks fail. Meta repeats them for 36 hours, and unsubscribes the app after an hour.",
            (
                "Does it run, and what were its last words?",
                "$ kubectl --namespace pagewire-system get pods",
                "$ kubectl --namespace pagewire-system logs --previous --tail 50 --selector app.kubernetes.io/component=gateway",
                "Does it answer?",
                "$ pagewire doctor",
            ),
            (
                "It runs and answers: look at the scrape (`up` of its job), the NetworkPolicy, and the token of the admin port.",
                "It cannot start: the last line of its log says why and what to do.",
                "It cannot be scheduled: `kubectl describe pod` names the missing volume or room.",
            ),
            "*Gateways* shows what you run, and *Last webhook* goes down to seconds. `pagewire heal` then finds what Meta gave up on.",
        ),
    ),
    Alert(
        "PagewireJournalNearlyFull",
        (
            Rule(
                Severity.CRITICAL,
                "min by (namespace) (pagewire_journal_free_bytes / (pagewire_journal_free_bytes + pagewire_journal_size_bytes)) < 0.1",
                "5m",
            ),
        ),
        "The journal has {{ $value | humanizePercentage }} of its room left.",
        Uid.JOURNAL,
        "Room",
        Runbook(
            "The journal's files have nearly reached what they may take: PAGEWIRE_JOURNAL_MAX_BYTES, or the room of the disk.",
            "When it is full, webhooks are answered 503 (`journal_full`) and Meta repeats them for 36 hours. Nothing that was acknowledged is lost.",
            (
                "*Not settled, by state* on the same dashboard: a stuck or parked lane keeps events from being cleaned away.",
                "$ pagewire parked --limit 20",
                "$ pagewire plugins",
            ),
            (
                "A stuck plugin: mend it, or disable it in the resource; its events can be replayed later.",
                "Parked work that nobody needs: replay or give it up, see `pagewire parked`.",
                "Neither: keep settled events for less long (PAGEWIRE_RETENTION_AGE_MS), or give the journal more room (PAGEWIRE_JOURNAL_MAX_BYTES and the volume); see [settings](../reference/settings.md).",
            ),
            "*Room* shows a fifth left or more, and no delivery is answered `journal_full`.",
        ),
    ),
    Alert(
        "PagewireBacklogOld",
        (
            Rule(
                Severity.CRITICAL,
                "max by (namespace, pagewire_plugin_name) (pagewire_lane_oldest_age_seconds) > 300",
                "5m",
                "not settled",
            ),
            Rule(
                Severity.CRITICAL,
                "max by (namespace) (pagewire_journal_oldest_pending_age_seconds) > 300"
                " unless on (namespace) max by (namespace) (pagewire_lane_oldest_age_seconds)",
                "5m",
                "nobody works",
            ),
        ),
        "The oldest event that {{ with $labels.pagewire_plugin_name }}{{ . }}{{ else }}some plugin{{ end }} has not settled is {{ $value | humanizeDuration }} old.",
        Uid.JOURNAL,
        "Oldest unsettled event",
        Runbook(
            "A plugin does not get through with an event: it hangs, fails again and again, or its circuit is open. Or (`nobody works`) no process works on events at all.",
            "People in that lane wait for their answers. Other plugins go on.",
            (
                "*Backlog by plugin* on the same dashboard names the plugin; its dashboard shows circuit, health and outcomes.",
                "$ pagewire plugins",
                "$ pagewire events --state retry --limit 20",
            ),
            (
                "Circuit open or health failing: what the plugin calls is down; see [PagewirePluginCircuitOpen](PagewirePluginCircuitOpen.md).",
                "Hook calls take as long as PAGEWIRE_HOOK_TIMEOUT: it hangs; restart what it waits for.",
                "Paused by hand: `pagewire plugins --resume NAME`.",
                "`nobody works`: on NATS, start workers, or find out why they end.",
            ),
            "*Oldest unsettled* falls to seconds, and the backlog is at zero.",
        ),
    ),
    Alert(
        "PagewireSignaturesRefused",
        (
            Rule(
                Severity.CRITICAL,
                'sum by (namespace, app) (rate(pagewire_webhook_deliveries_total{outcome=~"bad_signature|no_signature"}[5m]))'
                " / sum by (namespace, app) (rate(pagewire_webhook_deliveries_total[5m])) > 0.5"
                ' and sum by (namespace, app) (increase(pagewire_webhook_deliveries_total{outcome=~"bad_signature|no_signature"}[5m])) > 3',
                "3m",
            ),
            Rule(
                Severity.WARNING,
                'sum by (namespace, app) (increase(pagewire_webhook_deliveries_total{outcome=~"bad_signature|no_signature"}[15m])) > 20',
                "15m",
            ),
        ),
        "Deliveries for {{ $labels.app }} carry signatures that fit none of its secrets.",
        Uid.JOURNAL,
        "Refused signatures",
        Runbook(
            "Delivery bodies come whose X-Hub-Signature-256 is missing or fits no secret of the app. Nothing of them is read.",
            "If it is most of them, the app secret here is not the one at Meta, and every webhook is lost in the end. A few among many are strangers who try.",
            (
                "*Refused signatures* names the app. Nearly all of its deliveries: the secret. A few: somebody else sends.",
                "Is the secret accepted by Meta? The condition TokenValid of the MessengerApp says so:",
                "$ kubectl get mapp -A -o wide",
                "$ pagewire doctor --cluster",
            ),
            (
                "The secret was reset at Meta: put the new one beside the old into `appSecretRefs`; any of them may sign. The gateway takes it up at once.",
                "An Instagram app signs with its own secret: name that one, too.",
                "Strangers: nothing to do; they cost no more than a refused request. Close the way at the ingress if they are many.",
            ),
            "*Forged or unsigned* is at zero, and *Last webhook* is young. What Meta sent meanwhile it sends again, or `pagewire heal` finds it.",
        ),
    ),
    Alert(
        "PagewireUnknownAccounts",
        (
            Rule(
                Severity.WARNING,
                "sum by (namespace, object) (increase(pagewire_webhook_unknown_accounts_total[30m])) > 0",
                "10m",
            ),
        ),
        "Webhooks come for a {{ $labels.object }} that no resource names.",
        Uid.JOURNAL,
        "Repeated and unknown",
        Runbook(
            "Meta sends events of a Page or Instagram account that no MessengerPage or InstagramAccount names. They are kept, and reach no plugin.",
            "People who write there get no answer.",
            (
                "Which account is it?",
                "$ pagewire events --limit 50 -o json",
                "Is there a resource for it, and is it in a namespace that may use the app (`allowedNamespaces`)?",
                "$ kubectl get mpage,mig -A",
            ),
            (
                "It is ours: make a resource for it; plugins then get the kept events by themselves, in order.",
                "It is not: take the app off that Page at Meta.",
            ),
            "*Repeated and unknown* shows no unknown account for half an hour.",
        ),
    ),
    Alert(
        "PagewireRegistryStale",
        (Rule(Severity.WARNING, "max by (namespace, resource) (pagewire_registry_watch_silence_seconds) > 120", "5m"),),
        "The gateway has not heard of {{ $labels.resource }} from the API server for {{ $value | humanizeDuration }}.",
        Uid.JOURNAL,
        "Silence of the API server",
        Runbook(
            "The gateway cannot watch resources. It goes on with what it knew last.",
            "Webhooks and replies go on. Changes of tokens, plugins and Pages have no effect until it is mended.",
            (
                "$ kubectl get --raw /readyz",
                "$ pagewire doctor --cluster",
                "The gateway's log names the API server's answer; 403 is a missing right.",
            ),
            (
                "The API server is away: it is taken up again by itself.",
                "403: apply the chart's Role and binding of the gateway again.",
            ),
            "*Silence of the API server* stays below a minute for each kind.",
        ),
    ),
    Alert(
        "PagewireMistakesInResources",
        (Rule(Severity.WARNING, "max by (namespace) (pagewire_registry_problems) > 0", "15m"),),
        "{{ $value }} resources are served around, as they cannot be used.",
        Uid.JOURNAL,
        "Mistakes in resources",
        Runbook(
            "Resources have mistakes that the gateway serves around: a Secret that is not there, a token of another Page, a plugin's config that does not fit.",
            "What they describe does not work, or not as written. Everything else does.",
            ("$ pagewire doctor", "$ kubectl get pagewire -A -o wide"),
            ("Mend what the table of `pagewire doctor` names; each line says what to do.",),
            "*Mistakes in resources* is at zero.",
        ),
    ),
    Alert(
        "PagewireTelemetryDropped",
        (
            Rule(
                Severity.WARNING,
                "sum by (namespace, signal, reason) (increase(pagewire_telemetry_dropped_total[15m])) > 0",
                "15m",
            ),
        ),
        "{{ $labels.signal }} are lost on their way to the Collector: {{ $labels.reason }}.",
        Uid.OVERVIEW,
        "Telemetry lost",
        Runbook(
            "Spans or log records were recorded and never exported: the queue was full, or the Collector did not take them.",
            "Traces, or the log beyond standard error, have holes. Nobody's messages are concerned.",
            ("*Telemetry lost* names signal and reason.", "$ pagewire doctor"),
            (
                "`failed`: is OTEL_EXPORTER_OTLP_ENDPOINT right, and does the Collector run?",
                "`queue_full`: sample less (OTEL_TRACES_SAMPLER_ARG), or let the queue be longer (OTEL_BSP_MAX_QUEUE_SIZE; OTEL_BLRP_MAX_QUEUE_SIZE for logs).",
            ),
            "*Telemetry lost* grows no more.",
        ),
    ),
    Alert(
        "PagewireMetricOverflow",
        (
            Rule(
                Severity.WARNING,
                "sum by (namespace, metric) (increase(pagewire_telemetry_overflow_total[1h])) > 0",
                "5m",
            ),
        ),
        "The metric {{ $labels.metric }} has too many label values, and tells some of them together.",
        Uid.OVERVIEW,
        "Telemetry lost",
        Runbook(
            "A metric has had 2,000 sets of label values. Further ones are counted under `overflow`.",
            "Panels and alerts on that metric may be blind for what came last.",
            (
                "Which label has so many values?",
                "$ curl --silent http://127.0.0.1:9090/metrics",
            ),
            (
                "Restart the gateway: it counts anew. If it comes back, tell us which metric and label; a label should never have so many values.",
            ),
            "*Telemetry lost* shows no overflow for an hour.",
        ),
    ),
)
