"""What to say of an app. Pure."""

from datetime import UTC, datetime
from typing import Final

from pagewire.graph.admin import versions
from pagewire.resources import ConditionType, GraphVersionFacts, MessengerApp, MessengerAppStatus, Reason
from pagewire.resources.app import AppSecretFacts
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.sayings import false, of_trouble, true, unknown
from pagewire_operator.model import Saying

from .seen import AppSeen, SecretSeen, State

__all__ = ["report"]

WARN_DAYS: Final = 90


def report(app: MessengerApp, seen: AppSeen | None, work: Work, now: float) -> Report:
    """The status of an app; facts that could not be looked at stay what they were."""
    old = app.status or MessengerAppStatus()
    if seen is None:
        return Report(facts=old, sayings=(_secrets(None, work), _version(app, _served(old), now)))
    served = seen.served or _served(old)
    end = versions.ends(app.spec.graph_version)
    facts = MessengerAppStatus(
        name=seen.name or old.name,
        mode="Unknown",
        graph=GraphVersionFacts(served=served, available_until=f"{end.isoformat()}T00:00:00Z" if end else None),
        secrets=[AppSecretFacts(name=one.name, key=one.key, state=_state(one, old)) for one in seen.secrets],
    )
    return Report(facts=facts, sayings=(_secrets(seen, work), _version(app, served, now)))


def _served(status: MessengerAppStatus) -> str | None:
    return status.graph.served if status.graph else None


def _state(now: SecretSeen, old: MessengerAppStatus) -> State:
    """Of a secret that could not be tried, what was known before."""
    known = {(one.name, one.key): one.state for one in old.secrets}
    before = known.get((now.name, now.key), "Unknown")
    return before if now.state == "Unknown" and before != "Missing" else now.state


def _secrets(seen: AppSeen | None, work: Work) -> Saying:
    """TokenValid: of an app, its token is made of id and secret."""
    if seen is not None and seen.usable:
        taken = [f"{one.name}/{one.key}" for one in seen.secrets if one.state == "Usable"]
        return true(ConditionType.TOKEN_VALID, f"Meta takes {', '.join(taken)}.")
    return of_trouble(ConditionType.TOKEN_VALID, work.trouble)


def _version(app: MessengerApp, served: str | None, now: float) -> Saying:
    asked, about = app.spec.graph_version, ConditionType.GRAPH_VERSION_CURRENT
    left = versions.days_left(asked, datetime.fromtimestamp(now, UTC).date())
    if (served is not None and served != asked) or (left is not None and left < 0):
        answered = f"Meta answers with {served}" if served and served != asked else "Meta answers with another version"
        said = f"{answered} although spec.graphVersion asks for {asked}, which has ended; set it to {versions.NEWEST}."
        return false(about, Reason.GRAPH_VERSION_MOVED, said)
    end = versions.ends(asked)
    if left is not None and left < WARN_DAYS:
        said = f"Graph API {asked} ends on {end}; set spec.graphVersion to {versions.NEWEST} before that."
        return false(about, Reason.GRAPH_VERSION_ENDING, said)
    if not versions.known(asked) and served is None:
        said = f"This release does not know Graph API {asked}, and Meta has not answered yet."
        return unknown(about, Reason.PROGRESSING, said)
    said = f"Graph API {asked} is served, {f'until {end}' if end else 'with no end announced'}."
    return true(about, said)
