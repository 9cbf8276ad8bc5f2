"""What can be set from outside. The one reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from pagewire.locks import KeySource
from pagewire.locks.sources import VARIABLE, own_file
from pagewire.outbound.addresses import VARIABLE as PRIVATE
from pagewire.outbound.addresses import Policy
from pagewire_gateway.access.settings import AccessSettings
from pagewire_gateway.audit import port as audit_port
from pagewire_gateway.budgets.calls import Limits
from pagewire_gateway.journal.port import Retention
from pagewire_gateway.retry import RetryPolicy


class SettingsError(ValueError):
    """A setting cannot be used; the message names the variable and what it takes."""


class Address(Struct, frozen=True):
    """Where a port listens. Port 0 takes a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, what: str) -> "Address":
        """Read ``HOST:PORT``, ``[IPV6]:PORT`` or ``:PORT`` (loopback).

        Raises:
            SettingsError: it is none of these.
        """
        host, colon, port = text.rpartition(":")
        if not colon or not port.isdigit() or int(port) > 65_535:
            raise SettingsError(f"{what} must look like HOST:PORT, for example 127.0.0.1:8080, not {text!r}")
        return cls(host.strip("[]") or "127.0.0.1", int(port))


class IngressLimits(Struct, frozen=True, kw_only=True):
    """What a delivery body may be.

    Attributes:
        max_body: bytes. Meta names no limit; one production gateway had to go to 1 MiB.
        read_timeout: seconds in which the body must have arrived; Meta itself gives up after 5.
        allow_sha1: take the old ``X-Hub-Signature`` where the new header is missing.
        max_waiting: deliveries that may wait for the journal.
        max_waiting_bytes: bytes of their bodies.
        longest_wait: seconds for which one may wait before no further one is let in; Meta gives up after 5.
        connections: that may be open on the public port.
    """

    max_body: int = 4 * 1024 * 1024
    read_timeout: float = 5.0
    allow_sha1: bool = False
    max_waiting: int = 10_000
    max_waiting_bytes: int = 64 * 1024 * 1024
    longest_wait: float = 3.0
    connections: int = 4096


class DispatchSettings(Struct, frozen=True, kw_only=True):
    """How events reach plugins.

    Attributes:
        concurrency: hook calls of one plugin in flight.
        hook_timeout: seconds a plugin may take for one event.
        threads: threads of one plugin for hooks that are plain functions.
        window: events of one lane in memory.
        retry: how failed hook calls are repeated.
        circuit_failures: failures in a row, of at least three different events, that open a plugin's circuit.
        circuit_pause: seconds the circuit stays open at first; it doubles up to 300.
        quarantine_probes: trials of an open circuit that fail in a row before the plugin waits for a person.
        loop_patience: seconds that a plugin's code may keep the event loop.
        lease_ttl: seconds after which another process may take over from one that is gone.
    """

    concurrency: int = 64
    hook_timeout: float = 30.0
    threads: int = 8
    window: int = 2_000
    retry: RetryPolicy = RetryPolicy()
    circuit_failures: int = 5
    circuit_pause: float = 5.0
    quarantine_probes: int = 12
    loop_patience: float = 0.25
    lease_ttl: float = 10.0


class ApartSettings(Struct, frozen=True, kw_only=True):
    """Processes of their own for plugins.

    Attributes:
        plugins: ``caught``: those that once kept the event loop; ``all``, ``none``, or names with commas between.
        silence: seconds that such a plugin may keep its own event loop before its process is ended.
        memory_mb: MiB that its process may take before it is ended.
    """

    plugins: str = "caught"
    silence: float = 10.0
    memory_mb: int = 512


class OutboxSettings(Struct, frozen=True, kw_only=True):
    """How replies go out.

    Attributes:
        concurrency: requests to the Graph API in flight.
        per_account: those of one account, so that one that Meta lets hang holds up no other.
        limits: how fast, see `pagewire_gateway.budgets.Limits`.
        timeout: seconds to wait for an answer.
        media_timeout: the same for attachments by address, which Meta fetches before it answers.
        echo_wait: seconds to wait for the echo of a send that had no clear answer.
        retry: how refused-for-now requests are repeated.
        pause: seconds an account rests after its token or its access was refused, unless the registry changes first.
        throttled: seconds an account rests when Meta throttles it without saying for how long.
        at_least_once: plugins whose messages are sent once more when it stays unknown whether they went out; without it they are
            parked for people to decide, as a message that comes twice is worse for most.
        look_every: seconds between two looks for requests that another process put back.
        window: requests in memory; more wait in the journal.
    """

    concurrency: int = 256
    per_account: int = 64
    limits: Limits = Limits()
    timeout: float = 30.0
    media_timeout: float = 80.0
    echo_wait: float = 30.0
    retry: RetryPolicy = RetryPolicy(attempts=6, first=1.0, factor=2.0, longest=60.0)
    pause: float = 60.0
    throttled: float = 30.0
    at_least_once: tuple[str, ...] = ()
    look_every: float = 10.0
    window: int = 10_000


class TellingSettings(Struct, frozen=True, kw_only=True):
    """How plugins are asked before a message goes.

    Attributes:
        before_send_timeout: seconds a plugin may take for one message.
        before_send_failure: what happens when it fails or takes longer: ``closed`` tries later and parks in the end,
            ``open`` sends.
    """

    before_send_timeout: float = 2.0
    before_send_failure: Literal["open", "closed"] = "closed"


class CareSettings(Struct, frozen=True, kw_only=True):
    """How plugins are looked after.

    Attributes:
        health_every: seconds between two questions how a plugin is.
        health_timeout: seconds the answer may take.
    """

    health_every: float = 30.0
    health_timeout: float = 5.0


class HealingSettings(Struct, frozen=True, kw_only=True):
    """How what no webhook brought is found.

    Attributes:
        every: seconds between two looks at an account; 0 looks only when somebody asks.
        after: seconds from a disturbance, such as a start, to the look it causes: Meta's own repeats come first.
        settle: seconds a message is left to its webhook.
        overlap: seconds that a look goes back behind the one before.
        pause: seconds to wait at least after Meta refused.
        concurrency: accounts at a time.
    """

    every: float = 3600.0
    after: float = 30.0
    settle: float = 60.0
    overlap: float = 600.0
    pause: float = 300.0
    concurrency: int = 4


class ClusterSettings(Struct, frozen=True, kw_only=True):
    """The cluster whose resources are served.

    Attributes:
        kubeconfig: how to reach it; without one ``KUBECONFIG``, then the pod's service account, then ``~/.kube/config``.
        namespaces: those to serve; all if there are none here.
    """

    kubeconfig: Path | None = None
    namespaces: tuple[str, ...] = ()


class NatsSettings(Struct, frozen=True, kw_only=True):
    """How an installation lies on NATS. All its processes have to say the same.

    Attributes:
        prefix: begins the names of its streams, buckets and subjects; installations that share servers differ in it.
        replicas: servers that hold each stream; 3 in production.
        partitions: into how many the journal is cut, which is also how many workers can share it. Fixed once it is made.
        max_bytes: of each partition's stream; when it is reached, webhooks are answered 503.
        credentials: file of a user, as `nsc generate creds` writes it.
    """

    prefix: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,31}$")] = "pagewire"
    replicas: Annotated[int, Meta(ge=1, le=5)] = 1
    partitions: Annotated[int, Meta(ge=1, le=256)] = 8
    max_bytes: int = 1 << 30
    credentials: Path | None = None


class LoginSettings(Struct, frozen=True, kw_only=True):
    """Where people log in, and how long they and Meta may take.

    Attributes:
        facebook_url: where the dialog of Facebook Login is.
        instagram_url: where that of Instagram Login is.
        instagram_oauth_url: where codes of Instagram Login are exchanged.
        timeout: seconds for all calls to Meta that one login needs.
    """

    facebook_url: str = "https://www.facebook.com"
    instagram_url: str = "https://www.instagram.com"
    instagram_oauth_url: str = "https://api.instagram.com"
    timeout: float = 60.0


class Settings(Struct, frozen=True, kw_only=True):
    """Everything the gateway needs to run.

    Attributes:
        manifests: folder that describes apps, accounts and tokens.
        cluster: what describes them instead; exactly one of the two is given.
        data: folder of what the gateway keeps.
        journal: servers of NATS that have the journal, such as ``nats://a:4222,nats://b:4222``; empty for a file in `data`.
        id_matching: let operators ask Meta which ids are one person.
        plugin_secrets: folder of secrets that were set aside for plugins, by namespace and plugin.
        private_addresses: networks that plugins may speak to although they are private; see `pagewire.outbound`.
        locks: keys under which secrets lie on the disk.
        trace_url: where a trace is shown, as in ``https://traces.example.com/trace/{trace_id}``; empty if nowhere.
        people_key_lost: start though ``people.key`` is not the one ``people.db`` was written with.
        deletion: how plugins are asked again that could not forget a person yet; the twelve attempts take about two days.
    """

    manifests: Path | None = None
    cluster: ClusterSettings | None = None
    data: Path
    journal: str = ""
    nats: NatsSettings = NatsSettings()
    public: Address = Address("127.0.0.1", 8080)
    admin: Address = Address("127.0.0.1", 9090)
    admin_token: str | None = None
    access: AccessSettings = AccessSettings()
    graph_url: str = "https://graph.facebook.com"
    instagram_graph_url: str = "https://graph.instagram.com"
    plugins: tuple[str, ...] | None = None
    log_format: Literal["text", "json"] = "text"
    ingress: IngressLimits = IngressLimits()
    login: LoginSettings = LoginSettings()
    dispatch: DispatchSettings = DispatchSettings()
    outbox: OutboxSettings = OutboxSettings()
    apart: ApartSettings = ApartSettings()
    care: CareSettings = CareSettings()
    healing: HealingSettings = HealingSettings()
    telling: TellingSettings = TellingSettings()
    retention: Retention = Retention()
    audit: audit_port.Retention = audit_port.Retention()
    deletion: RetryPolicy = RetryPolicy(attempts=12, first=5.0, factor=3.0, longest=6 * 3600.0)
    id_matching: bool = False
    plugin_secrets: Path = Path("/var/run/secrets/pagewire-plugins")
    trace_url: Annotated[str, Meta(pattern=r"^(https?://[^\s{}]+\{trace_id\}[^\s{}]*)?$")] = ""
    people_key_lost: bool = False
    locks: KeySource = KeySource()
    private_addresses: str = ""
    stop_grace: float = 20.0

    @property
    def private(self) -> Policy:
        """Which private addresses plugins may speak to."""
        return Policy.parse(self.private_addresses)


_VARIABLES: dict[str, tuple[str, ...]] = {
    "PAGEWIRE_ADMIN_TOKEN": ("admin_token",),
    "PAGEWIRE_ADMIN_TOKENS": ("access", "tokens"),
    "PAGEWIRE_ADMIN_KUBERNETES": ("access", "kubernetes"),
    "PAGEWIRE_ADMIN_KUBERNETES_NAMESPACE": ("access", "kubernetes_namespace"),
    "PAGEWIRE_ADMIN_RATE": ("access", "rate"),
    "PAGEWIRE_CONSOLE_URL": ("access", "url"),
    "PAGEWIRE_CONSOLE_KEY": ("access", "key"),
    "PAGEWIRE_CONSOLE_IDLE": ("access", "idle"),
    "PAGEWIRE_CONSOLE_SESSION": ("access", "session"),
    "PAGEWIRE_CONSOLE_RECHECK": ("access", "recheck"),
    "PAGEWIRE_OIDC_ISSUER": ("access", "oidc", "issuer"),
    "PAGEWIRE_OIDC_CLIENT_ID": ("access", "oidc", "client_id"),
    "PAGEWIRE_OIDC_CLIENT_SECRET": ("access", "oidc", "client_secret"),
    "PAGEWIRE_OIDC_SCOPES": ("access", "oidc", "scopes"),
    "PAGEWIRE_OIDC_NAME_CLAIM": ("access", "oidc", "name_claim"),
    "PAGEWIRE_OIDC_ROLES_CLAIM": ("access", "oidc", "roles_claim"),
    "PAGEWIRE_OIDC_VIEWERS": ("access", "oidc", "viewers"),
    "PAGEWIRE_OIDC_OPERATORS": ("access", "oidc", "operators"),
    "PAGEWIRE_OIDC_ADMINS": ("access", "oidc", "admins"),
    "PAGEWIRE_OIDC_LABEL": ("access", "oidc", "label"),
    "PAGEWIRE_GRAPH_URL": ("graph_url",),
    "PAGEWIRE_INSTAGRAM_GRAPH_URL": ("instagram_graph_url",),
    "PAGEWIRE_FACEBOOK_URL": ("login", "facebook_url"),
    "PAGEWIRE_INSTAGRAM_URL": ("login", "instagram_url"),
    "PAGEWIRE_INSTAGRAM_OAUTH_URL": ("login", "instagram_oauth_url"),
    "PAGEWIRE_LOGIN_TIMEOUT": ("login", "timeout"),
    "PAGEWIRE_LOG_FORMAT": ("log_format",),
    "PAGEWIRE_JOURNAL": ("journal",),
    "PAGEWIRE_NATS_PREFIX": ("nats", "prefix"),
    "PAGEWIRE_NATS_REPLICAS": ("nats", "replicas"),
    "PAGEWIRE_NATS_CREDENTIALS": ("nats", "credentials"),
    "PAGEWIRE_NATS_MAX_BYTES": ("nats", "max_bytes"),
    "PAGEWIRE_PARTITIONS": ("nats", "partitions"),
    "PAGEWIRE_MAX_WAITING": ("ingress", "max_waiting"),
    "PAGEWIRE_MAX_WAITING_BYTES": ("ingress", "max_waiting_bytes"),
    "PAGEWIRE_LONGEST_WAIT": ("ingress", "longest_wait"),
    "PAGEWIRE_MAX_CONNECTIONS": ("ingress", "connections"),
    "PAGEWIRE_STOP_GRACE": ("stop_grace",),
    "PAGEWIRE_MAX_BODY": ("ingress", "max_body"),
    "PAGEWIRE_READ_TIMEOUT": ("ingress", "read_timeout"),
    "PAGEWIRE_ALLOW_SHA1": ("ingress", "allow_sha1"),
    "PAGEWIRE_HOOK_CONCURRENCY": ("dispatch", "concurrency"),
    "PAGEWIRE_HOOK_TIMEOUT": ("dispatch", "hook_timeout"),
    "PAGEWIRE_HOOK_ATTEMPTS": ("dispatch", "retry", "attempts"),
    "PAGEWIRE_HOOK_RETRY_FIRST": ("dispatch", "retry", "first"),
    "PAGEWIRE_HOOK_RETRY_LONGEST": ("dispatch", "retry", "longest"),
    "PAGEWIRE_CIRCUIT_FAILURES": ("dispatch", "circuit_failures"),
    "PAGEWIRE_CIRCUIT_PAUSE": ("dispatch", "circuit_pause"),
    "PAGEWIRE_QUARANTINE_PROBES": ("dispatch", "quarantine_probes"),
    "PAGEWIRE_LOOP_PATIENCE": ("dispatch", "loop_patience"),
    "PAGEWIRE_LEASE_TTL": ("dispatch", "lease_ttl"),
    "PAGEWIRE_BEFORE_SEND_TIMEOUT": ("telling", "before_send_timeout"),
    "PAGEWIRE_BEFORE_SEND_FAILURE": ("telling", "before_send_failure"),
    "PAGEWIRE_HEALTH_EVERY": ("care", "health_every"),
    "PAGEWIRE_HEALTH_TIMEOUT": ("care", "health_timeout"),
    "PAGEWIRE_SEND_CONCURRENCY": ("outbox", "concurrency"),
    "PAGEWIRE_SEND_CONCURRENCY_PER_ACCOUNT": ("outbox", "per_account"),
    "PAGEWIRE_SEND_RATE": ("outbox", "limits", "rate"),
    "PAGEWIRE_SEND_BURST": ("outbox", "limits", "burst"),
    "PAGEWIRE_SEND_MEDIA_RATE": ("outbox", "limits", "media"),
    "PAGEWIRE_SEND_BULKY_RATE": ("outbox", "limits", "bulky"),
    "PAGEWIRE_THREAD_RATE": ("outbox", "limits", "thread_rate"),
    "PAGEWIRE_THREAD_BURST": ("outbox", "limits", "thread_burst"),
    "PAGEWIRE_PRIVATE_REPLIES_PER_HOUR": ("outbox", "limits", "private_replies_per_hour"),
    "PAGEWIRE_INSTAGRAM_PER_DAY": ("outbox", "limits", "instagram_per_day"),
    "PAGEWIRE_LOOK_UP_RATE": ("outbox", "limits", "conversations"),
    "PAGEWIRE_SEND_WINDOW": ("outbox", "window"),
    "PAGEWIRE_SEND_TIMEOUT": ("outbox", "timeout"),
    "PAGEWIRE_SEND_ATTEMPTS": ("outbox", "retry", "attempts"),
    "PAGEWIRE_SEND_RETRY_FIRST": ("outbox", "retry", "first"),
    "PAGEWIRE_SEND_PAUSE": ("outbox", "pause"),
    "PAGEWIRE_SEND_THROTTLED": ("outbox", "throttled"),
    "PAGEWIRE_AT_LEAST_ONCE": ("outbox", "at_least_once"),
    "PAGEWIRE_ECHO_WAIT": ("outbox", "echo_wait"),
    "PAGEWIRE_ID_MATCHING": ("id_matching",),
    "PAGEWIRE_PLUGIN_SECRETS": ("plugin_secrets",),
    "PAGEWIRE_TRACE_URL": ("trace_url",),
    "PAGEWIRE_PLUGINS_APART": ("apart", "plugins"),
    "PAGEWIRE_PLUGIN_SILENCE": ("apart", "silence"),
    "PAGEWIRE_PLUGIN_MEMORY_MB": ("apart", "memory_mb"),
    "PAGEWIRE_PEOPLE_KEY_LOST": ("people_key_lost",),
    PRIVATE: ("private_addresses",),
    VARIABLE: ("locks", "keys"),
    f"{VARIABLE}_FILE": ("locks", "file"),
    f"{VARIABLE}_COMMAND": ("locks", "command"),
    "PAGEWIRE_HEAL_EVERY": ("healing", "every"),
    "PAGEWIRE_HEAL_AFTER": ("healing", "after"),
    "PAGEWIRE_HEAL_SETTLE": ("healing", "settle"),
    "PAGEWIRE_HEAL_CONCURRENCY": ("healing", "concurrency"),
    "PAGEWIRE_FORGET_ATTEMPTS": ("deletion", "attempts"),
    "PAGEWIRE_FORGET_RETRY_FIRST": ("deletion", "first"),
    "PAGEWIRE_FORGET_RETRY_LONGEST": ("deletion", "longest"),
    "PAGEWIRE_RETENTION_AGE_MS": ("retention", "max_age_ms"),
    "PAGEWIRE_JOURNAL_MAX_BYTES": ("retention", "max_bytes"),
    "PAGEWIRE_AUDIT_DAYS": ("audit", "days"),
    "PAGEWIRE_AUDIT_RECORDS": ("audit", "records"),
}
"""Every variable the gateway reads, and the setting it is for. Each wait of the gateway has one, so tests need not sleep."""


_LISTS = frozenset(
    {"PAGEWIRE_AT_LEAST_ONCE", "PAGEWIRE_OIDC_VIEWERS", "PAGEWIRE_OIDC_OPERATORS", "PAGEWIRE_OIDC_ADMINS"}
)
"""Variables that name several things, with commas between them."""


def variables() -> tuple[str, ...]:
    """Names of all environment variables."""
    return tuple(_VARIABLES)


def settings(given: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the command line, completed from the environment.

    Args:
        given: fields of `Settings`; ``None`` values count as not given and win over nothing.
        environment: variables; the process's own by default.

    Raises:
        SettingsError: naming the variable or option that cannot be used.
    """
    tree: dict[str, object] = {}
    found = os.environ if environment is None else environment
    if (own := own_file(found)) is not None:
        _put(tree, ("locks", "own"), own)
    for name, path in _VARIABLES.items():
        value = found.get(name)
        if value is not None and value != "":
            _put(tree, path, value.split(",") if name in _LISTS else value)
            _try(tree, f"the environment variable {name}")
    tree.update({field: value for field, value in given.items() if value is not None})
    return _try(tree, "the command line")


def _put(tree: dict[str, object], path: tuple[str, ...], value: object) -> None:
    *parents, last = path
    default: object = Settings(data=Path())
    for parent in parents:
        default = getattr(default, parent, None)
        # Each policy has defaults of its own, which the others of its fields keep when one is set.
        branch = tree.setdefault(parent, asdict(default) if isinstance(default, RetryPolicy) else {})
        assert isinstance(branch, dict)  # noqa: S101 - the table above has no leaf that is also a branch
        tree = branch
    tree[last] = value


def _try(tree: dict[str, object], where: str) -> Settings:
    try:
        made = msgspec.convert({"data": Path(), **tree}, Settings, strict=False, dec_hook=_path, from_attributes=True)
        _ = made.private
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(f"{where}: {error}") from error
    return made


def _path(type_: type, value: object) -> object:
    if type_ is Path:
        return Path(str(value))
    raise NotImplementedError(type_)
