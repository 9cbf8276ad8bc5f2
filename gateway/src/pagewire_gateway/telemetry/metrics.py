"""Every metric of the gateway, in one list.

Names and units follow OpenTelemetry's conventions. An increment is a dictionary write (a tenth of a microsecond); exporters
read the values when they are asked, so nothing in the hot path knows who is watching.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable

Labels = tuple[str, ...]

METRICS: dict[str, "Metric"] = {}
"""Every metric by its OpenTelemetry name."""


class Metric:
    """What all metrics have.

    Args:
        name: OpenTelemetry name, with dots.
        unit: UCUM unit such as ``s``, ``By`` or ``{event}``.
        help: one sentence for people.
        labels: names of the attributes, each from a small closed set.
    """

    kind = "metric"

    def __init__(self, name: str, unit: str, help: str, *labels: str) -> None:  # noqa: A002 - the field's own word
        self.name, self.unit, self.help, self.labels = name, unit, help, labels
        METRICS[name] = self


class Counter(Metric):
    """A number that only grows."""

    kind = "counter"

    def __init__(self, name: str, unit: str, help: str, *labels: str) -> None:  # noqa: A002
        super().__init__(name, unit, help, *labels)
        self.values: dict[Labels, int] = defaultdict(int)

    def add(self, *labels: str, amount: int = 1) -> None:
        """Count `amount` more under these label values, given in the order of `labels`."""
        self.values[labels] += amount


class Gauge(Metric):
    """A number that is read when somebody asks."""

    kind = "gauge"

    def __init__(self, name: str, unit: str, help: str, *labels: str) -> None:  # noqa: A002
        super().__init__(name, unit, help, *labels)
        self.read: Callable[[], Iterable[tuple[Labels, float]]] = tuple


class Histogram(Metric):
    """How values spread over fixed buckets (upper bounds, in the metric's unit)."""

    kind = "histogram"

    def __init__(self, name: str, unit: str, help: str, *labels: str, bounds: tuple[float, ...]) -> None:  # noqa: A002
        super().__init__(name, unit, help, *labels)
        self.bounds = bounds
        self.rows: dict[Labels, list[float]] = defaultdict(lambda: [0] * (len(bounds) + 2))
        """How many values each bucket has, and last their sum."""

    def record(self, value: float, *labels: str) -> None:
        """Count one value."""
        row = self.rows[labels]
        row[bisect_left(self.bounds, value)] += 1
        row[-1] += value


FAST = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)

deliveries = Counter(
    "pagewire.webhook.deliveries", "{delivery}", "Delivery bodies and what they were answered.", "app", "outcome"
)
events = Counter(
    "pagewire.webhook.events", "{event}", "Events that became durable, by kind.", "object", "kind", "channel"
)
duplicates = Counter("pagewire.webhook.duplicates", "{event}", "Events that had been stored before.", "object")
unknown_accounts = Counter(
    "pagewire.webhook.unknown_accounts", "{event}", "Events stored for an account no resource names.", "object"
)
handshakes = Counter(
    "pagewire.webhook.handshakes", "{handshake}", "Verification requests and their answer.", "app", "outcome"
)
logins = Counter(
    "pagewire.login.finished", "{login}", "Logins and what became of them, a token each.", "app", "provider", "outcome"
)
login_endings = Counter(
    "pagewire.login.endings",
    "{login}",
    "Steps that the ends of logins have come to, once people took the app back.",
    "step",
)
login_endings_open = Gauge(
    "pagewire.login.endings.open",
    "{login}",
    "Ends of logins that plugins have not all agreed to; parked ones need somebody.",
    "state",
)
callbacks = Counter(
    "pagewire.callback.received", "{request}", "Deauthorize and data-deletion call-backs.", "app", "callback", "outcome"
)
acknowledgement = Histogram(
    "http.server.request.duration", "s", "Time from request to answer on the public port.", "http.route", bounds=FAST
)
hook_duration = Histogram(
    "pagewire.plugin.hook.duration",
    "s",
    "Time in a plugin's hooks for one event.",
    "pagewire.plugin.name",
    "outcome",
    bounds=FAST,
)
completion = Histogram(
    "pagewire.event.completion.duration",
    "s",
    "Receipt of an event to its settling by a plugin.",
    "pagewire.plugin.name",
    bounds=SLOW,
)
retries = Counter("pagewire.plugin.retries", "{attempt}", "Attempts that will be repeated.", "pagewire.plugin.name")
parked = Counter("pagewire.plugin.parked", "{event}", "Events parked for a plugin.", "pagewire.plugin.name")
loop_kept = Counter(
    "pagewire.plugin.loop_kept",
    "{block}",
    "Times a plugin's code kept the event loop too long.",
    "pagewire.plugin.name",
)
circuit = Gauge("pagewire.plugin.circuit.state", "1", "0 closed, 1 half open, 2 open.", "pagewire.plugin.name")
backlog = Gauge("pagewire.lane.backlog", "{event}", "Events a lane holds that are not settled.", "pagewire.plugin.name")
plugin_health = Gauge(
    "pagewire.plugin.health",
    "1",
    "What plugins say of themselves: 0 ok, 1 degraded, 2 failing.",
    "pagewire.plugin.name",
)
screened = Counter(
    "pagewire.reply.screened",
    "{message}",
    "Messages a plugin was asked about, and what it said.",
    "pagewire.plugin.name",
    "outcome",
)
reports = Counter(
    "pagewire.plugin.reports",
    "{call}",
    "Plugins told what became of their replies.",
    "pagewire.plugin.name",
    "hook",
    "outcome",
)
care_calls = Counter(
    "pagewire.plugin.page.calls",
    "{call}",
    "Calls of page_added and page_removed.",
    "pagewire.plugin.name",
    "hook",
    "outcome",
)
replies = Counter(
    "pagewire.reply.sent", "{request}", "Requests to the Send API and what became of them.", "object", "outcome"
)
refusals = Counter("pagewire.reply.refused", "{request}", "Replies not sent, and the reason.", "object", "reason")
ending = Counter(
    "pagewire.reply.ending",
    "{use}",
    "Uses of things that Meta ends within 90 days.",
    "pagewire.plugin.name",
    "pagewire.deprecation",
)
send_duration = Histogram(
    "http.client.request.duration", "s", "Time of a request to the Graph API.", "url.template", "outcome", bounds=FAST
)
outbox_waiting = Gauge("pagewire.outbox.waiting", "{request}", "Outbound requests not at an end yet.")
outbox_troubles = Gauge(
    "pagewire.outbox.account.troubles",
    "{account}",
    "Accounts that send nothing or slowly, and what ails them: throttled, token, config or network. What waits is kept.",
    "object",
    "trouble",
)
registry_problems = Gauge(
    "pagewire.registry.problems", "{problem}", "Mistakes in the resources that are being served around."
)
registry_silence = Gauge(
    "pagewire.registry.watch.silence",
    "s",
    "Time since the API server was last heard of a kind; above 120 what is served may be old. None without a cluster.",
    "resource",
)
journal_size = Gauge("pagewire.journal.size", "By", "The journal's files on disk.")
journal_free = Gauge("pagewire.journal.free", "By", "What the journal may still grow before it refuses deliveries.")
oldest_pending = Gauge(
    "pagewire.journal.oldest_pending.age", "s", "Age of the oldest event some plugin has not settled; 0 if none."
)
profiles = Counter(
    "pagewire.people.profiles", "{request}", "Look-ups of profiles, and how they ended.", "object", "outcome"
)
healed = Counter(
    "pagewire.healing.messages",
    "{message}",
    "Messages no webhook had brought: found, inserted, unreadable, or kept out as their person was forgotten.",
    "object",
    "outcome",
)
healing_runs = Counter(
    "pagewire.healing.runs", "{run}", "Accounts compared with the Conversations API.", "object", "outcome"
)
healing_age = Gauge("pagewire.healing.age", "s", "How long ago the account that is healed least was whole.")
deletions = Counter("pagewire.people.deletions", "{deletion}", "Steps that deletions of people have come to.", "step")
deletions_open = Gauge(
    "pagewire.people.deletions.open",
    "{deletion}",
    "Deletions of people that are not done; parked ones need somebody.",
    "state",
)
forgotten = Counter(
    "pagewire.people.forgotten",
    "{event}",
    "Old events of forgotten people that were kept out, by where they came from.",
    "source",
)
plugin_info = Gauge("pagewire.plugin.info", "1", "Installed plugins.", "pagewire.plugin.name", "version", "api_version")
build_info = Gauge("pagewire.build.info", "1", "This gateway.", "version", "python")
