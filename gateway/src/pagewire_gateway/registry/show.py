"""The registry as JSON, for the admin API and ``pagewire doctor``: everything but secrets."""

from typing import Any

from pagewire.manifests.problems import Problem

from .port import Account, App, Registry


def show(registry: Registry) -> dict[str, Any]:
    """Everything a registry knows, ready for any JSON encoder."""
    return {
        "revision": registry.revision,
        "apps": [show_app(app) for app in registry.apps()],
        "accounts": [show_account(account) for account in registry.accounts()],
        "problems": [show_problem(problem) for problem in registry.problems()],
    }


def show_app(app: App) -> dict[str, Any]:
    """An app; of its secrets only how many there are."""
    return {
        "namespace": app.namespace,
        "name": app.name,
        "appId": app.app_id,
        "graphVersion": app.graph_version,
        "allowedNamespaces": list(app.allowed_namespaces),
        "secrets": len(app.secrets),
        "verifyToken": app.verify_token is not None,
        "clientToken": app.client_token is not None,
        "humanAgent": app.human_agent,
        "closed": app.closed,
    }


def show_account(account: Account) -> dict[str, Any]:
    """An account; of its plugins only the names, as their configs may hold what is not for everybody."""
    return {
        "object": account.object,
        "id": account.id,
        "namespace": account.namespace,
        "name": account.name,
        "kind": account.kind,
        "app": {"namespace": account.app[0], "name": account.app[1], "appId": account.app_id},
        "sendAsId": account.send_as_id,
        "host": account.host,
        "graphVersion": account.graph_version,
        "plugins": [use.name for use in account.plugins],
        "tracePercent": account.trace_percent,
        "closed": account.closed,
    }


def show_problem(problem: Problem) -> dict[str, Any]:
    """A problem, in its parts and as the sentence people read."""
    return {
        "severity": problem.severity.value,
        "file": problem.place.file,
        "document": problem.place.document,
        "line": problem.place.line,
        "resource": problem.resource,
        "path": problem.path,
        "message": problem.message,
        "text": str(problem),
    }
