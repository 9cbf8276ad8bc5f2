"""Every metric of the gateway, by name.

Names and units follow OpenTelemetry's conventions; docs/reference/metrics.md is generated from this list.
"""

from typing import Final

from pagewire.telemetry.instruments import Gauge
from pagewire.telemetry.registry import Registry

__all__ = ["METRICS", "Gauge"]

METRICS: Final = Registry()
"""Every metric by its OpenTelemetry name."""

FAST = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
LONG = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)

deliveries = METRICS.counter(
    "pagewire.webhook.deliveries", "{delivery}", "Delivery bodies and what they were answered.", "app", "outcome"
)
events = METRICS.counter(
    "pagewire.webhook.events", "{event}", "Events that became durable, by kind.", "object", "kind", "channel"
)
event_lag = METRICS.histogram(
    "pagewire.webhook.event.lag",
    "s",
    "From when something happened, as Meta tells, to when its event was durable.",
    "object",
    bounds=LONG,
)
sent = METRICS.counter(
    "messaging.client.sent.messages",
    "{message}",
    "Events given to the journal, repeats of Meta's as well; error.type says why it did not take them.",
    "messaging.system",
    "messaging.destination.name",
    "messaging.operation.name",
    "error.type",
)
consumed = METRICS.tally(
    "messaging.client.consumed.messages",
    "{message}",
    "Events given to a plugin, once an attempt.",
    "messaging.system",
    "messaging.destination.name",
    "messaging.operation.name",
    "messaging.consumer.group.name",
)
operation = METRICS.histogram(
    "messaging.client.operation.duration",
    "s",
    "Time of the journal: publish, until the events of a delivery body are durable; settle, until what plugins made of them is.",
    "messaging.system",
    "messaging.destination.name",
    "messaging.operation.name",
    "error.type",
    bounds=FAST,
)
duplicates = METRICS.counter("pagewire.webhook.duplicates", "{event}", "Events that had been stored before.", "object")
unknown_accounts = METRICS.counter(
    "pagewire.webhook.unknown_accounts", "{event}", "Events stored for an account no resource names.", "object"
)
handshakes = METRICS.counter(
    "pagewire.webhook.handshakes", "{handshake}", "Verification requests and their answer.", "app", "outcome"
)
logins = METRICS.counter(
    "pagewire.login.finished", "{login}", "Logins and what became of them, a token each.", "app", "provider", "outcome"
)
login_endings = METRICS.counter(
    "pagewire.login.endings",
    "{login}",
    "Steps that the ends of logins have come to, once people took the app back.",
    "step",
)
login_endings_open = METRICS.gauge(
    "pagewire.login.endings.open",
    "{login}",
    "Ends of logins that plugins have not all agreed to; parked ones need somebody.",
    "state",
)
callbacks = METRICS.counter(
    "pagewire.callback.received", "{request}", "Deauthorize and data-deletion call-backs.", "app", "callback", "outcome"
)
acknowledgement = METRICS.histogram(
    "http.server.request.duration",
    "s",
    "Time from a webhook's request to its answer, on the public port.",
    "http.route",
    "http.request.method",
    "http.response.status_code",
    "error.type",
    bounds=FAST,
)
process_duration = METRICS.histogram(
    "messaging.process.duration",
    "s",
    "Time of one attempt of a plugin at an event, all of its hooks; its count is how often events were given to plugins.",
    "messaging.system",
    "messaging.destination.name",
    "messaging.operation.name",
    "messaging.consumer.group.name",
    "outcome",
    "error.type",
    bounds=FAST,
)
hook_duration = METRICS.histogram(
    "pagewire.plugin.hook.duration",
    "s",
    "Time of one hook for one event; error.type is the class of what it raised, and empty if all went well.",
    "pagewire.plugin.name",
    "pagewire.hook.name",
    "error.type",
    bounds=FAST,
)
completion = METRICS.histogram(
    "pagewire.event.completion.duration",
    "s",
    "Receipt of an event to its settling by a plugin, as done or parked.",
    "pagewire.plugin.name",
    "outcome",
    bounds=SLOW,
)
retries = METRICS.counter(
    "pagewire.plugin.retries", "{attempt}", "Attempts that will be repeated.", "pagewire.plugin.name"
)
parked = METRICS.counter("pagewire.plugin.parked", "{event}", "Events parked for a plugin.", "pagewire.plugin.name")
plugin_deaths = METRICS.counter(
    "pagewire.plugin.process_deaths",
    "{process}",
    "Processes of plugins that ended though they should not have, or had to be ended.",
    "pagewire.plugin.name",
)
loop_kept = METRICS.counter(
    "pagewire.plugin.loop_kept",
    "{block}",
    "Times a plugin's code kept the event loop too long.",
    "pagewire.plugin.name",
)
circuit = METRICS.gauge("pagewire.plugin.circuit.state", "1", "0 closed, 1 half open, 2 open.", "pagewire.plugin.name")
backlog = METRICS.gauge(
    "pagewire.lane.backlog", "{event}", "Events a lane holds that are not settled.", "pagewire.plugin.name"
)
lane_oldest = METRICS.gauge(
    "pagewire.lane.oldest.age",
    "s",
    "Age of the oldest event of a lane that waits for its plugin alone; 0 if none does. What waits for a resource is not meant.",
    "pagewire.plugin.name",
)
plugin_health = METRICS.gauge(
    "pagewire.plugin.health",
    "1",
    "What plugins say of themselves: 0 ok, 1 degraded, 2 failing.",
    "pagewire.plugin.name",
)
screened = METRICS.counter(
    "pagewire.reply.screened",
    "{message}",
    "Messages a plugin was asked about, and what it said.",
    "pagewire.plugin.name",
    "outcome",
)
reports = METRICS.counter(
    "pagewire.plugin.reports",
    "{call}",
    "Plugins told what became of their replies.",
    "pagewire.plugin.name",
    "hook",
    "outcome",
)
care_calls = METRICS.counter(
    "pagewire.plugin.page.calls",
    "{call}",
    "Calls of page_added and page_removed.",
    "pagewire.plugin.name",
    "hook",
    "outcome",
)
replies = METRICS.counter(
    "pagewire.reply.sent", "{request}", "Requests to the Send API and what became of them.", "object", "outcome"
)
refusals = METRICS.counter(
    "pagewire.reply.refused", "{request}", "Replies not sent, and the reason.", "object", "reason"
)
ending = METRICS.counter(
    "pagewire.reply.ending",
    "{use}",
    "Uses of things that Meta ends within 90 days.",
    "pagewire.plugin.name",
    "pagewire.deprecation",
)
send_duration = METRICS.histogram(
    "http.client.request.duration",
    "s",
    "Time of a request to the Graph API, look-ups and logins too; error.type is the class of Meta's refusal, and empty if all "
    "went well; the status is empty if there was no answer.",
    "http.request.method",
    "url.template",
    "server.address",
    "http.response.status_code",
    "error.type",
    bounds=FAST,
)
outbox_waiting = METRICS.gauge("pagewire.outbox.waiting", "{request}", "Outbound requests not at an end yet.")
outbox_requests = METRICS.gauge(
    "pagewire.outbox.requests", "{request}", "Outbound requests that the journal keeps, by state.", "state"
)
outbox_oldest = METRICS.gauge(
    "pagewire.outbox.oldest.age", "s", "Age of the oldest outbound request that is not at an end; 0 if none."
)
outbox_troubles = METRICS.gauge(
    "pagewire.outbox.account.troubles",
    "{account}",
    "Accounts that send nothing or slowly, and what ails them: throttled, token, config or network. What waits is kept.",
    "object",
    "trouble",
)
graph_usage = METRICS.gauge(
    "pagewire.graph.usage.ratio",
    "1",
    "Meta's allowance that is used up, as the usage headers said last: sends slow down from 0.8, and stop at 1. "
    "0 if no answer of the last five minutes told.",
    "kind",
    "namespace",
    "name",
)
last_event = METRICS.gauge(
    "pagewire.page.last_event.timestamp",
    "s",
    "When the last event of an account came in, in seconds since 1970.",
    "kind",
    "namespace",
    "name",
)
registry_problems = METRICS.gauge(
    "pagewire.registry.problems", "{problem}", "Mistakes in the resources that are being served around."
)
registry_silence = METRICS.gauge(
    "pagewire.registry.watch.silence",
    "s",
    "Time since the API server was last heard of a kind; above 120 what is served may be old. None without a cluster.",
    "resource",
)
journal_stored = METRICS.gauge("pagewire.journal.stored", "{event}", "Events that the journal keeps.")
journal_events = METRICS.gauge(
    "pagewire.journal.events",
    "{event}",
    "Events a plugin is not through with: pending, of those that failed once and wait retry, and parked ones for somebody.",
    "pagewire.plugin.name",
    "state",
)
journal_size = METRICS.gauge("pagewire.journal.size", "By", "The journal's files on disk.")
journal_free = METRICS.gauge(
    "pagewire.journal.free", "By", "What the journal may still grow before it refuses deliveries."
)
oldest_pending = METRICS.gauge(
    "pagewire.journal.oldest_pending.age", "s", "Age of the oldest event some plugin has not settled; 0 if none."
)
profiles = METRICS.counter(
    "pagewire.people.profiles", "{request}", "Look-ups of profiles, and how they ended.", "object", "outcome"
)
healed = METRICS.counter(
    "pagewire.healing.messages",
    "{message}",
    "Messages no webhook had brought: found, inserted, unreadable, or kept out as their person was forgotten.",
    "object",
    "outcome",
)
healing_runs = METRICS.counter(
    "pagewire.healing.runs", "{run}", "Accounts compared with the Conversations API.", "object", "outcome"
)
healing_age = METRICS.gauge("pagewire.healing.age", "s", "How long ago the account that is healed least was whole.")
deletions = METRICS.counter(
    "pagewire.people.deletions", "{deletion}", "Steps that deletions of people have come to.", "step"
)
deletions_open = METRICS.gauge(
    "pagewire.people.deletions.open",
    "{deletion}",
    "Deletions of people that are not done; parked ones need somebody.",
    "state",
)
forgotten = METRICS.counter(
    "pagewire.people.forgotten",
    "{event}",
    "Old events of forgotten people that were kept out, by where they came from.",
    "source",
)
plugin_info = METRICS.gauge(
    "pagewire.plugin.info", "1", "Installed plugins.", "pagewire.plugin.name", "version", "api_version"
)
build_info = METRICS.gauge("pagewire.build.info", "1", "This gateway.", "version", "python")
telemetry_dropped = METRICS.tally(
    "pagewire.telemetry.dropped",
    "{item}",
    "Spans and log records that were recorded and never exported, and why: queue_full or failed.",
    "signal",
    "reason",
)
telemetry_removed = METRICS.tally(
    "pagewire.telemetry.attributes.removed",
    "{attribute}",
    "Attributes that are on no allow-list, and were kept from exporters.",
    "signal",
)
telemetry_overflow = METRICS.tally(
    "pagewire.telemetry.overflow",
    "{value}",
    "Values that share one series named overflow, as their metric had 2,000 sets of labels already.",
    "metric",
)
telemetry_overflow.read = METRICS.overflows
