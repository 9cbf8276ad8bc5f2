"""What the gateway knows besides events: plugins, apps, accounts, problems, figures."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from pagewire.manifests.problems import Problem
from pagewire_gateway.admin import moments, redaction
from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo, ProcessInfo
from pagewire_gateway.care.health import Told
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.registry.port import Account, App, PluginUse


class LaneStatus(Struct, frozen=True, kw_only=True):
    """What a lane does right now.

    Attributes:
        circuit: ``closed``, ``open`` or ``half_open``.
        paused: it gets nothing until somebody resumes it.
        quarantined: why the gateway paused it; empty if a person did.
        in_flight: events in the plugin's hooks.
        waiting: events that wait for a free place.
        blocked: events behind an earlier one of their conversation, or waiting for a retry.
        opens_at: when an open circuit tries again.
        handled: events settled since the start.
        failed: attempts that failed since the start.
    """

    circuit: str
    paused: bool
    quarantined: str
    in_flight: int
    waiting: int
    blocked: int
    opens_at: str | None
    handled: int
    failed: int


class PluginAccount(Struct, frozen=True, kw_only=True):
    """One account a plugin is enabled for.

    Attributes:
        id: Page id or Instagram account id.
        name: name of its resource in `namespace`.
        config: the plugin's configuration; secrets are left out.
    """

    object: str
    id: str
    namespace: str
    name: str
    config: Any


class PluginHealth(Struct, frozen=True, kw_only=True):
    """What a plugin says of itself.

    Attributes:
        status: ``ok``, ``degraded`` or ``failing``.
        reason: why, and what to do.
        at: when it was asked.
    """

    status: str
    reason: str
    at: str


class PluginProcess(Struct, frozen=True, kw_only=True):
    """A process that a plugin has for itself.

    Attributes:
        pid: its number on the gateway's machine.
        memory_bytes: what it had in memory when it was last asked, a moment ago; 0 before it first answered.
    """

    pid: int
    memory_bytes: int


class PluginStatus(Struct, frozen=True, kw_only=True):
    """One plugin.

    Attributes:
        api_version: of the contract it was written for.
        hooks: the hooks it implements.
        schema: JSON Schema of its configuration.
        lane: null while another process dispatches.
        health: null for a plugin that does not tell, or was not asked yet.
        process: null for a plugin that runs in the gateway's own.
        account_count: for how many accounts it is enabled.
        accounts: the first of them.
    """

    name: str
    version: str
    api_version: int
    hooks: list[str]
    schema: dict[str, Any]
    lane: LaneStatus | None
    health: PluginHealth | None
    process: PluginProcess | None
    account_count: int
    accounts: list[PluginAccount]


class AppStatus(Struct, frozen=True, kw_only=True):
    """One MessengerApp.

    Attributes:
        secrets: how many app secrets may sign; none closes the app.
        verify_token: whether there is one; without it the handshake is refused.
        human_agent: what a person wrote may go up to 7 days after the person's last act.
        closed: its webhooks are refused.
    """

    namespace: str
    name: str
    app_id: str
    graph_version: str
    allowed_namespaces: list[str]
    secrets: int
    verify_token: bool
    human_agent: bool
    closed: bool


class AccountStatus(Struct, frozen=True, kw_only=True):
    """One Page or Instagram account.

    Attributes:
        app: ``namespace/name`` of its MessengerApp.
        send_as_id: the id in requests to the Send API.
        host: ``facebook`` or ``instagram``, the Graph API that serves it.
        plugins: names, in the order of the resource.
        closed: it has no token, so nothing can be sent in its name.
        last_event: when its last event came in, as far as the newest 50,000 events of the journal tell; null if none did.
    """

    object: str
    id: str
    namespace: str
    name: str
    kind: str
    app: str
    app_id: str
    send_as_id: str
    host: str
    graph_version: str
    plugins: list[str]
    closed: bool
    last_event: str | None


class OutboxStatus(Struct, frozen=True, kw_only=True):
    """What waits to be sent in the name of one account.

    Attributes:
        trouble: what ails the account: ``throttled``, ``token``, ``config``, ``network``, or empty. What waits is kept, in order.
        reason: why it rests, or else what the latest unclear answer was.
        unclear: requests that Meta gave no clear answer to, such as a server error; whether they were sent is being found out.
    """

    object: str
    account: str
    waiting: int
    in_flight: int
    paused_until: str | None
    reason: str
    trouble: str
    unclear: int


class ProblemStatus(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with the manifests; `text` is the sentence people read."""

    severity: str
    file: str
    document: int
    line: int
    resource: str
    path: str
    message: str
    text: str


def plugin_of(
    plugin: Plugin,
    lane: LaneInfo | None,
    health: Told | None,
    process: ProcessInfo | None,
    accounts: Iterable[Account],
    most: int,
) -> PluginStatus:
    """What is known of one plugin.

    Args:
        plugin: as installed.
        lane: as dispatch tells.
        health: what it says of itself.
        process: its own, if it has one.
        accounts: all accounts of the registry.
        most: name at most so many accounts.
    """
    uses = [(one, use) for one in accounts for use in one.plugins if use.name == plugin.name]
    return PluginStatus(
        name=plugin.name,
        version=plugin.version,
        api_version=plugin.api_version,
        hooks=sorted(plugin.hooks),
        schema=plugin.schema(),
        lane=lane_of(lane) if lane else None,
        health=health_of(health) if health else None,
        process=PluginProcess(pid=process.pid, memory_bytes=process.memory) if process else None,
        account_count=len(uses),
        accounts=[_plugin_account(one, use) for one, use in uses[:most]],
    )


def health_of(told: Told) -> PluginHealth:
    """What a plugin said of itself."""
    return PluginHealth(status=told.health.status, reason=told.health.reason, at=moments.show(told.at))


def lane_of(lane: LaneInfo) -> LaneStatus:
    """What a lane does."""
    return LaneStatus(
        circuit=lane.circuit,
        paused=lane.paused,
        quarantined=lane.quarantined,
        in_flight=lane.in_flight,
        waiting=lane.waiting,
        blocked=lane.blocked,
        opens_at=moments.show_set(lane.opens_at or 0),
        handled=lane.handled,
        failed=lane.failed,
    )


def app_of(app: App) -> AppStatus:
    """An app; of its secrets only how many there are."""
    return AppStatus(
        namespace=app.namespace,
        name=app.name,
        app_id=app.app_id,
        graph_version=app.graph_version,
        allowed_namespaces=list(app.allowed_namespaces),
        secrets=len(app.secrets),
        verify_token=app.verify_token is not None,
        human_agent=app.human_agent,
        closed=app.closed,
    )


def account_of(account: Account, last_event: int = 0) -> AccountStatus:
    """An account, without its token; `last_event` in milliseconds since 1970, 0 for none that is known of."""
    return AccountStatus(
        last_event=moments.show_set(last_event),
        object=account.object,
        id=account.id,
        namespace=account.namespace,
        name=account.name,
        kind=account.kind,
        app="/".join(account.app),
        app_id=account.app_id,
        send_as_id=account.send_as_id,
        host=account.host,
        graph_version=account.graph_version,
        plugins=[use.name for use in account.plugins],
        closed=account.closed,
    )


def outbox_of(status: AccountOutbox) -> OutboxStatus:
    """What waits for one account."""
    return OutboxStatus(
        object=status.object,
        account=status.account,
        waiting=status.waiting,
        in_flight=status.in_flight,
        paused_until=moments.show_set(status.paused_until or 0),
        reason=status.reason,
        trouble=status.trouble,
        unclear=status.unclear,
    )


def problem_of(problem: Problem) -> ProblemStatus:
    """One problem, in its parts and as a sentence."""
    return ProblemStatus(
        severity=problem.severity.value,
        file=problem.place.file,
        document=problem.place.document,
        line=problem.place.line,
        resource=problem.resource,
        path=problem.path,
        message=problem.message,
        text=str(problem),
    )


def _plugin_account(account: Account, use: PluginUse) -> PluginAccount:
    return PluginAccount(
        object=account.object,
        id=account.id,
        namespace=account.namespace,
        name=account.name,
        config=config_of(use),
    )


def config_of(use: PluginUse) -> Any:
    """A plugin's configuration for an account; secrets are left out."""
    return redaction.redacted(msgspec.json.decode(use.config))
