"""States as a word and a mood. Pure."""

from typing import Any, Final

from pagewire_gateway.admin.things import AccountStatus, PluginStatus

_PLUGIN_HEALTH: Final = {"ok": ("at work", "good"), "degraded": ("degraded", "wait"), "failing": ("failing", "bad")}
OUTCOMES: Final = {"done": "good", "refused": "wait", "failed": "bad", "unknown": "off"}
DELETIONS: Final = {"done": "good", "parked": "bad", "erasing": "wait", "telling": "wait"}
RECEIPTS: Final = {"done": "good", "parked": "bad", "waiting": "wait", "no_hook": "off", "not_enabled": "off"}


def plugin_mood(plugin: PluginStatus) -> tuple[str, str]:
    """How a plugin is."""
    lane = plugin.lane
    if lane is None:
        return "elsewhere", "off"
    if lane.quarantined:
        return "in quarantine", "bad"
    if lane.paused:
        return "paused", "wait"
    if lane.circuit != "closed":
        return "resting", "bad"
    return _PLUGIN_HEALTH[plugin.health.status] if plugin.health else ("at work", "good")


def account_mood(account: AccountStatus, trouble: str) -> tuple[str, str]:
    """How an account is, as far as the gateway knows."""
    if account.closed:
        return "closed", "bad"
    if trouble:
        return trouble, "wait" if trouble == "throttled" else "bad"
    return "open", "good"


def condition_mood(condition: dict[str, Any]) -> str:
    """How a condition of a resource is; Paused and Stalled are there only while they are true."""
    status = str(condition.get("status"))
    if status == "True":
        return {"Paused": "wait", "Stalled": "bad"}.get(str(condition.get("type")), "good")
    return "bad" if status == "False" else "wait"
